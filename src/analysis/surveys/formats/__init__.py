"""Forms of a questionnaire: LimeSurvey, XLSForm, a web preview, paper, codebooks; and forms read into our text."""
