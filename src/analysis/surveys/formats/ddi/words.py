"""What a DDI document says in words beside the questionnaire's own."""

from __future__ import annotations

from analysis.messages import Texts

CONVERSIONS: dict[str, Texts] = {
    "linear_0_100": {
        "zh-Hans": "各题的编码在其量表上线性换算为 0 至 100 分，再取加权平均。",
        "en": "Each item's codes are converted linearly along its scale to 0 to 100; the weighted mean is taken.",
    },
    "points_20_100": {
        "zh-Hans": "各题的档位换算为 20 至 100 分，再取加权平均。",
        "en": "Each item's points are converted to 20 to 100; the weighted mean is taken.",
    },
    "mean": {"zh-Hans": "取各题编码的加权平均。", "en": "The weighted mean of the items' codes is taken."},
}
WORDS: dict[str, Texts] = {
    "codebook": {"zh-Hans": "{title}：代码簿", "en": "{title}: codebook"},
    "kind": {"zh-Hans": "问卷调查数据", "en": "Survey data"},
    "marks": {
        "zh-Hans": "表号：{marks.number}；批准文号：{marks.approval}；有效期至：{marks.valid_until}。",
        "en": "Form {marks.number}, approved as {marks.approval}, valid until {marks.valid_until}.",
    },
    "wave": {"zh-Hans": "横断面调查，{wave} 年一期。", "en": "Cross-section; the wave of {wave}."},
    "probability": {"zh-Hans": "按概率抽取的样本。", "en": "A sample drawn by chance."},
    "census": {"zh-Hans": "指定学校的全体对象。", "en": "Everybody in named schools."},
    "open": {
        "zh-Hans": "任何得到链接或二维码的人都可以作答。这不是按概率抽取的样本：不能由此推断总体，也不能计算抽样误差。",
        "en": "Whoever comes by a link or QR code may answer. This is no sample drawn by chance: nothing can be "
        "inferred about a population, and no sampling errors can be computed.",
    },
    "selection frame": {"zh-Hans": "抽样框：{value}。", "en": "Frame: {value}."},
    "selection strata": {"zh-Hans": "分层：{value}。", "en": "Strata: {value}."},
    "selection psu": {"zh-Hans": "初级抽样单位：{value}。", "en": "Primary sampling units: {value}."},
    "selection log": {"zh-Hans": "抽样记录：{value}。", "en": "Record of the draw: {value}."},
    "selection schools": {"zh-Hans": "学校名单：{value}。", "en": "Named in: {value}."},
    "selection channels": {"zh-Hans": "渠道：{value}。", "en": "Channels: {value}."},
    "mode": {"zh-Hans": "受访者自填问卷", "en": "Questionnaire that respondents fill in themselves"},
    "instrument": {
        "zh-Hans": "结构化问卷：{sections} 个部分，{asked} 题，约 {minutes:g} 分钟。",
        "en": "Structured questionnaire; sections: {sections}; questions: {asked}; minutes: about {minutes:g}.",
    },
    "margin": {
        "zh-Hans": "按 {of} 的已知总数加权（来源：{source}）。",
        "en": "Weighted to the known totals of {of} (source: {source}).",
    },
    "simple if": {
        "zh-Hans": "满足以下条件者读到浅白的措辞：{condition}",
        "en": "Simple words are read by those for whom this holds: {condition}",
    },
    "comparison": {
        "zh-Hans": "事先声明的比较：{comparison.of}，按 {comparison.between}（{comparison.test}）。",
        "en": "Comparison declared beforehand: {comparison.of} between {comparison.between} ({comparison.test}).",
    },
    "restricted": {
        "zh-Hans": "以下变量可能识别出作答者，不得公开：{columns}。",
        "en": "These variables could tell who answered and are not for publication: {columns}.",
    },
    "personal": {
        "zh-Hans": "可能识别出作答者，不得公开。",
        "en": "Could tell who answered; not for publication.",
    },
    "weights": {"zh-Hans": "权重：{of}。", "en": "Weights: {of}."},
    "chosen": {"zh-Hans": "选中", "en": "Chosen"},
    "not chosen": {"zh-Hans": "未选中", "en": "Not chosen"},
    "rank": {"zh-Hans": "{asked}（第 {rank} 位）", "en": "{asked} (rank {rank})"},
    "why": {"zh-Hans": "{asked}（没有答案的原因）", "en": "{asked} (why there is no answer)"},
    "written": {"zh-Hans": "{asked}（写明的内容）", "en": "{asked} (what was written in)"},
    "new": {"zh-Hans": "首个版本。", "en": "The first version."},
    "same": {"zh-Hans": "与上一版含义相同。", "en": "Means the same as the version before."},
    "reworded": {"zh-Hans": "与上一版措辞不同。", "en": "Worded otherwise than the version before."},
    "rescaled": {"zh-Hans": "与上一版量表不同。", "en": "On another scale than the version before."},
    "recoded": {"zh-Hans": "与上一版编码不同。", "en": "With other codes than the version before."},
    "mandatory": {"zh-Hans": "必答。", "en": "An answer is required."},
    "sensitive": {"zh-Hans": "敏感题。", "en": "A sensitive question."},
    "shown if": {"zh-Hans": "满足以下条件者：{condition}", "en": "Those for whom this holds: {condition}"},
    "chosen limits": {"zh-Hans": "选 {least} 至 {most} 项。", "en": "{least} to {most} options are chosen."},
    "longest": {"zh-Hans": "至多 {longest} 个字符。", "en": "Up to {longest} characters."},
    "pattern": {
        "zh-Hans": "须完全符合正则表达式：{pattern}",
        "en": "Matches this regular expression as a whole: {pattern}",
    },
}
