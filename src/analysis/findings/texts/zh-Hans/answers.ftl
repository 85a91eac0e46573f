### What people said. { $slots } are filled with numbers that carry their cells, with years and with names.

answers_who = { $respondent ->
    [student] 学生
    [parent] 家长
    [teacher] 教师
    [principal] 校长
    [staff] 教职工
   *[public] 公众
 }
answers_places = { $kind ->
    [school] { $count_bare }所学校
   *[place] { $count_bare }处
 }
words_answers_scope = { $placed ->
    [yes] { $n_bare }人、{ $places }
   *[no] { $n_bare }人
 }
words_answers_span = { $confidence }置信区间{ $least_bare }至{ $most_bare }分

## Levels

answers_level = { $unit }{ $who }（{ words_answers_scope }）的{ $index }为{ $mean }{ $interval ->
    [yes] （{ $confidence }置信区间{ $lower_bare }至{ $upper_bare }分）
   *[no] { "" }
 }{ $beside ->
    [unclear] { $since ->
        [unclear] ，与{ $whole }的{ $whole_mean }、{ $base }年的{ $before }相比，差异均在抽样误差之内
       *[none] ，与{ $whole }的{ $whole_mean }相比，差异在抽样误差之内
     }
    [unsure] ，{ $whole }为{ $whole_mean }，两者之差经多重比较校正后尚不能确认{ words_answers_since }
    [untested] ，{ $whole }为{ $whole_mean }{ words_answers_since }
   *[alone] { words_answers_since }
 }{ $rest ->
    [all] ；其余各项指数与{ $whole }之差也在抽样误差之内
    [most] ；{ $unsure }与{ $whole }之差经多重比较校正后尚不能确认，其余各项在抽样误差之内
    [some] ；{ $unsure }与{ $whole }之差经多重比较校正后尚不能确认
   *[none] { "" }
 }。{ $strength ->
    [weak] 答卷或学校较少，数值仅供参考。
   *[other] { "" }
 }
words_answers_since = { $since ->
    [unclear] ；与{ $base }年的{ $before }相比，变化在抽样误差之内
   *[none] { "" }
 }
answers_level_open = 参与填答的{ $unit }{ $who }（{ $n_bare }人）的{ $index }为{ $mean }。

## Differences

answers_gap = { $unit }{ $who }（{ words_answers_scope }）的{ $index }为{ $mean }，{ $verdict ->
    [above] { $strength ->
        [strong] 比{ $whole }的{ $whole_mean }高{ $by }（{ words_answers_span }），差异超出抽样误差。
        [moderate] 估计比{ $whole }的{ $whole_mean }高{ $by }（{ words_answers_span }）。
       *[weak] 可能高于{ $whole }的{ $whole_mean }，有待进一步核实。
     }
    [below] { $strength ->
        [strong] 比{ $whole }的{ $whole_mean }低{ $by }（{ words_answers_span }），差异超出抽样误差。{ words_answers_ask }
        [moderate] 估计比{ $whole }的{ $whole_mean }低{ $by }（{ words_answers_span }）。{ words_answers_ask }
       *[weak] 可能低于{ $whole }的{ $whole_mean }，有待进一步核实。
     }
   *[unclear] { $whole }为{ $whole_mean }，未见明显差异。
 }
words_answers_ask = { $ask ->
    [yes] 这一差距是各校普遍存在，还是集中在少数学校，建议核实。
   *[no] { "" }
 }
answers_change = { $verdict ->
    [up] { $strength ->
        [strong] { words_answers_course }升至{ $year }年的{ $mean }（{ $n_bare }人），上升{ $by }（{ words_answers_span }），变化超出抽样误差。
        [moderate] { words_answers_course }升至{ $year }年的{ $mean }（{ $n_bare }人），估计上升{ $by }（{ words_answers_span }）。
       *[weak] { words_answers_pair }，可能有所上升，有待进一步核实。
     }
    [down] { $strength ->
        [strong] { words_answers_course }降至{ $year }年的{ $mean }（{ $n_bare }人），下降{ $by }（{ words_answers_span }），变化超出抽样误差。
        [moderate] { words_answers_course }降至{ $year }年的{ $mean }（{ $n_bare }人），估计下降{ $by }（{ words_answers_span }）。
       *[weak] { words_answers_pair }，可能有所下降，有待进一步核实。
     }
   *[unclear] { words_answers_pair }，未见明显变化。
 }{ $care ->
    [yes] 两年题目的措辞或提问对象略有不同，比较须谨慎。
   *[no] { "" }
 }
words_answers_course = { $unit }{ $who }的{ $index }由{ $base }年的{ $before }（{ $n_before_bare }人）
words_answers_pair = { $unit }{ $who }的{ $index }{ $base }年为{ $before }，{ $year }年为{ $mean }
answers_not_compared = { $unit }{ $who }的{ $index }自{ $year }年起题目有实质改动，与{ $base }年不作比较。
answers_groups = 按“{ $question }”分组，{ $unit }{ $who }的{ $index }{ $several ->
    [yes] 以“{ $high }”（{ $high_mean }，{ $high_n_bare }人）与“{ $low }”（{ $low_mean }，{ $low_n_bare }人）差别最明显，
   *[no] 在“{ $high }”一组为{ $high_mean }（{ $high_n_bare }人），在“{ $low }”一组为{ $low_mean }（{ $low_n_bare }人），
 }{ $verdict ->
    [above] { $strength ->
        [strong] 相差{ $by }（{ words_answers_span }），差异超出抽样误差。
        [moderate] 估计相差{ $by }（{ words_answers_span }）。
       *[weak] 两者可能有别，有待进一步核实。
     }
   *[unclear] 未见明显差异。
 }

## What goes together

answers_index = { $index }
answers_share = { $index }（{ $share }，{ $lower_bare }至{ $upper_bare }）
answers_driver = 在{ $unit }{ $who }的答卷（{ $n_bare }人）中，与{ $index }关联较强的是{ $leading }，{ $others }的关联较弱。括号内为该项在各项合计可解释的部分（{ $r2 }）中所占份额及其{ $confidence }置信区间；这里说的是关联，不是因果。

## What people wrote

answers_spoken = “{ $topic }”（{ $placed ->
    [yes] { $persons_bare }人，来自{ $places }
   *[no] { $persons_bare }人
 }）
answers_quote = 在写下意见的{ $unit }{ $who }中，谈到较多的是{ $topics }。

## Recognition

answers_recognition_name = 社会认可度
answers_recognition = { $unit }的社会认可度按本办公室的口径合成为{ $share }{ $interval ->
    [yes] （区间{ $lower_bare }至{ $upper_bare }）
   *[no] { "" }
 }，认定标准为{ $mark }（各类问卷合计{ $n_bare }人）。{ $open ->
    [yes] 其中一类问卷由公众自愿填答，不作达标认定；建议查明哪些人群、哪些事项评价较低。
   *[no] { "" }
 }
answers_recognition_mark = { $unit }的社会认可度按本办公室的口径合成为{ $share }{ $interval ->
    [yes] （区间{ $lower_bare }至{ $upper_bare }）
   *[no] { "" }
 }，{ $verdict ->
    [met] 达到{ $mark }的认定标准
    [missed] 未达到{ $mark }的认定标准
   *[unclear] 与{ $mark }的认定标准之差未超出误差，尚不能判断是否达到
 }（各类问卷合计{ $n_bare }人）。

## Notes

answers_note_gathered_probability = { $survey }：按概率抽样，{ $placed ->
    [yes] { $places }的{ $n_bare }名{ $who }
   *[no] { $n_bare }名{ $who }
 }作答，结果按已知总数加权；{ $confidence }置信区间只反映抽样误差。
answers_note_gathered_census = { $survey }：对全部指定学校发放，{ $placed ->
    [yes] { $places }的{ $n_bare }名{ $who }
   *[no] { $n_bare }名{ $who }
 }作答；没有抽样，因此不作检验。
answers_note_gathered_open = { $survey }：公开征集，{ $n_bare }名{ $who }自愿填答；填答者未经抽样，不作检验，不计抽样误差，只反映填答者的看法。
answers_note_no_units = { $survey }的答卷不能归到各区，只报告合计。
answers_note_alpha = { $index }{ $alpha }
answers_note_reliability = { $survey }各指数的内部一致性（克龙巴赫 α）：{ $indices }。
answers_note_cited = { $text }
answers_note_tests = 调查前已申报的{ $confirmatory_bare }项比较合为一类，其余{ $exploratory_bare }项合为一类，分别按错误发现率{ $rate }校正（Benjamini–Hochberg 法），涵盖全部单位和指数；文中的{ $confidence }置信区间是单项区间，未作多重校正。“超出抽样误差”指经此校正后仍成立。
