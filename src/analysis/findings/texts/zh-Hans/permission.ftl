### Why a finding was not written, for the list inside the office. { $value } and the like carry cells; { $bound } is the rule's.

withheld_suppressed = 本条所依据的数据按披露控制不公布，未写入。
withheld_small = 本条因作答不足{ $bound }份，按对答卷人的承诺不公布，未写入。
withheld_incomplete = 本条因缺少{ $missing }，未写入。
withheld_contradictory = 本条因所列数字与结论自相矛盾，须先查明，未写入。
withheld_open_sample = 本条出自公开征集的问卷，只代表答卷人，不能据以比较或判断，未写入。
withheld_few_answers = 本条因答卷只有{ $value }份，不足{ $bound }份，未写入。
withheld_few_places = 本条因只抽到{ $value }个抽样单位（学校或街镇），不足{ $bound }个，未写入。
withheld_few_df = 本条因自由度只有{ $value }，小于{ $bound }，误差本身估不准，未写入。
withheld_few_effective = 本条因有效样本量（答卷数除以设计效应）只有{ $value }，小于{ $bound }，未写入。
withheld_odd_design = 本条因设计效应为{ $value }，不在{ $lowest }至{ $highest }之间，权重或抽样单位可能有误，未写入。
withheld_wide = 本条因估计误差达±{ $value }分，超过±{ $bound }分，未写入。
withheld_incomparable = 本条因所比的题目不可比，未写入。
withheld_broken = 本条因前后统计口径有变，未写入。
withheld_broken_between = 本条因{ $base }年与{ $year }年统计口径不同，未写入。
withheld_doubtful = 本条因所用数字存疑，须先核实，未写入。
withheld_undeclared = 本条按事先申报的检验列出，而封存的分析计划中没有这一项，未写入。
withheld_unadjusted = 本条因没有作多重检验校正，未写入。
withheld_noise = 本条因校正后的p值为{ $value }，大于{ $bound }，差异可能出于偶然，未写入。
withheld_noise_interval = 本条因估计区间（{ $lower }至{ $upper }）含{ $null }，差异可能出于偶然，未写入。
withheld_trifling = 本条因差异只有{ $value }，小于值得写入的最小差异{ $bound }，未写入。
withheld_not_alike = 本条因数据不足以说明两者相当，未写入。
withheld_not_alike_within = 本条因数据不足以说明两者相差在{ $bound }以内，不能写作相当，未写入。
withheld_fragile = 本条在{ $universes }种合理的计算口径中只有{ $held }种成立，不到{ $bound }%，未写入。
withheld_unclear = 本条因现有数据还不能判断，未写入。
withheld_said_elsewhere = 本条内容已在别处写明，不再重复。

missing_cells = 所依据的数据
missing_estimate = 估计值
missing_base_year = 比较的年份
missing_reference = 对照
missing_n = 答卷数
missing_psus = 抽样单位数
missing_df = 自由度
missing_interval = 估计区间
withheld_unapproved = 本条所依据的自评尚未核定，未写入。
