-- Forms to be filled in by hand. The tree names what there is (a question, its options, a line to write on) by classes;
-- typst gets a call of form.typ for each, DOCX a style of form_reference.py, and raw marks where pandoc has none.
-- What is between the marks stays pandoc's, so that no text is ever read as markup.

local styles = {
  number = 'Question Number', code = 'Item Code', must = 'Must', direction = 'Direction', note = 'Question Note',
  label = 'Small Label',
}
local groups = {
  title = 'Title', marks = 'Form Marks', office = 'Office', greeting = 'Greeting', guide = 'Guide', intro = 'Section Text',
  ask = 'Question', simple = 'Simple', help = 'Help', entry = 'Entry', reading = 'Reading', closing = 'Closing',
  sign = 'Signature', apart = 'Apart', lead = 'Row Lead', head = 'Row Head', row = 'Row Text', point = 'Row Point', small = 'Row Note',
  guidehead = 'Guide Head',
}

local function raw(text)
  return pandoc.RawInline(FORMAT == 'typst' and 'typst' or 'openxml', text)
end

local function raw_block(text)
  return pandoc.RawBlock(FORMAT == 'typst' and 'typst' or 'openxml', text)
end

local function run(style, text)
  return '<w:r><w:rPr><w:rStyle w:val="' .. style .. '"/></w:rPr><w:t xml:space="preserve">' .. text .. '</w:t></w:r>'
end

-- What is filled in: boxes for digits, a blank of some millimetres, a box to be ticked with the code of its answer.
local function Span(span)
  local class = span.classes[1]
  if class == 'digits' then
    local n = tonumber(span.attributes.n)
    if FORMAT == 'typst' then return raw('#digits(' .. n .. ');') end
    return raw(run('Digits', string.rep('□', n)))
  elseif class == 'blank' then
    local width = tonumber(span.attributes.mm)
    if FORMAT == 'typst' then return raw('#blank(' .. width .. 'mm);') end
    return raw(run('Blank', string.rep('\u{a0}', math.floor(width / 0.93))))
  elseif class == 'tick' or class == 'pick' then
    local code = pandoc.utils.stringify(span)
    assert(code:match('^[%w_]+$'), code)
    if FORMAT == 'typst' then return raw('#' .. class .. '("' .. code .. '");') end
    if class == 'pick' then return raw(run('OptionCode', '(' .. code .. ')\u{a0}')) end
    return raw(run('Box', '□') .. run('OptionCode', '\u{a0}' .. code .. '\u{a0}'))
  elseif class == 'gap' then
    return raw(FORMAT == 'typst' and '#h(1fr);' or '<w:r><w:tab/></w:r>')
  elseif styles[class] then
    if FORMAT == 'docx' then
      span.attributes['custom-style'] = styles[class]
      return class == 'number' and { span, raw('<w:r><w:tab/></w:r>') } or span
    end
    local parts = pandoc.Inlines({ raw('#' .. class .. '[') })
    parts:extend(span.content)
    parts:insert(raw('];'))
    return parts
  end
end

local function call(head, contents)
  local parts = pandoc.Blocks({ raw_block(head .. '[') })
  for index, content in ipairs(contents) do
    if index > 1 then parts:insert(raw_block('][')) end
    parts:extend(content)
  end
  parts:insert(raw_block(']'))
  return parts
end

local function each(blocks)
  local found = {}
  for index, block in ipairs(blocks) do found[index] = { block } end
  return found
end

local function styled(content, style)
  return pandoc.Div(content, pandoc.Attr('', {}, { ['custom-style'] = style }))
end

local function options(div)
  local columns = tonumber(div.attributes.columns)
  if FORMAT == 'typst' then return call('#options(' .. columns .. ')', each(div.content)) end
  local parts = pandoc.Blocks({})
  for first = 1, #div.content, columns do
    local line = pandoc.Inlines({})
    for index = first, math.min(first + columns - 1, #div.content) do
      if index > first then line:insert(raw('<w:r><w:tab/></w:r>')) end
      line:extend(div.content[index].content)
    end
    local last = div.attributes.last and first + columns > #div.content
    parts:insert(styled({ pandoc.Para(line) }, 'Options ' .. columns .. (last and ' End' or '')))
  end
  return parts
end

local function lines(div)
  local n = tonumber(div.attributes.n)
  if FORMAT == 'typst' then return raw_block('#lines(' .. n .. ')') end
  local line = '<w:p><w:pPr><w:pStyle w:val="Writing"/></w:pPr></w:p>'
  local last = line:gsub('"Writing"', div.attributes.last and '"WritingEnd"' or '"Writing"')
  return raw_block(string.rep(line, n - 1) .. last)
end

-- A page of its own that is kept apart: the form begins on the front of the next sheet, counted from 1.
local function sheet(div)
  if FORMAT == 'typst' then return call('#sheet', { div.content }) end
  local parts = pandoc.Blocks({})
  parts:extend(div.content)
  parts:insert(raw_block('<w:p><w:pPr><w:sectPr><w:pgSz w:w="11906" w:h="16838"/>'
    .. '<w:pgMar w:top="1134" w:right="850" w:bottom="1134" w:left="850" w:header="567" w:footer="567" w:gutter="0"/>'
    .. '</w:sectPr></w:pPr></w:p>'))
  return parts
end

local function Div(div)
  local class = div.classes[1]
  if class == 'options' then return options(div) end
  if class == 'lines' then return lines(div) end
  if class == 'sheet' then return sheet(div) end
  if class == 'question' then
    if FORMAT == 'docx' then return div.content end
    return call('#question(whole: ' .. (div.attributes.whole == 'yes' and 'true' or 'false') .. ')', { div.content })
  elseif groups[class] then
    if FORMAT == 'docx' then
      if class == 'guide' then
        for index, para in ipairs(div.content) do
          para.content:insert(1, raw('<w:r><w:tab/></w:r>'))
          para.content:insert(1, pandoc.Str(index .. '.'))
        end
      end
      return styled(div.content, groups[class] .. (div.attributes.last and ' End' or ''))
    end
    return call('#' .. class, each(div.content))
  end
end

local PAGE = 10205 -- 180 mm in twentieths of a point

local function word_table(tbl, rows)
  local parts = pandoc.Blocks({})
  local widths, grid = {}, {}
  for index, spec in ipairs(tbl.colspecs) do
    widths[index] = math.floor(spec[2] * PAGE + 0.5)
    grid[index] = '<w:gridCol w:w="' .. widths[index] .. '"/>'
  end
  local open = '<w:tbl><w:tblPr><w:tblStyle w:val="Table"/><w:tblW w:w="' .. PAGE .. '" w:type="dxa"/>'
    .. '<w:tblLayout w:type="fixed"/><w:tblLook w:val="04A0" w:firstRow="1" w:lastRow="0" w:firstColumn="1" '
    .. 'w:lastColumn="0" w:noHBand="0" w:noVBand="1"/></w:tblPr><w:tblGrid>' .. table.concat(grid) .. '</w:tblGrid>'
  for number, row in ipairs(rows) do
    open = open .. '<w:tr><w:trPr><w:cantSplit/>' .. (number == 1 and '<w:tblHeader/>' or '') .. '</w:trPr>'
    for index, cell in ipairs(row.cells) do
      local empty = #cell.contents == 0
      parts:insert(raw_block(open .. '<w:tc><w:tcPr><w:tcW w:w="' .. widths[index] .. '" w:type="dxa"/>'
        .. (empty and number > 1 and '<w:shd w:val="clear" w:color="auto" w:fill="E5E7EB"/>' or '')
        .. (index > 1 and '<w:tcMar><w:left w:w="15" w:type="dxa"/><w:right w:w="15" w:type="dxa"/></w:tcMar>' or '')
        .. '<w:vAlign w:val="center"/></w:tcPr>' .. (empty and '<w:p><w:pPr><w:pStyle w:val="RowPoint"/></w:pPr></w:p>' or '')))
      parts:extend(cell.contents)
      open = '</w:tc>'
    end
    open = open .. '</w:tr>'
  end
  parts:insert(raw_block(open .. '</w:tbl><w:p><w:pPr><w:pStyle w:val="AfterTable"/></w:pPr></w:p>'))
  return parts
end

local function Table(tbl)
  local rows = { tbl.head.rows[1] }
  for _, body in ipairs(tbl.bodies) do
    for _, row in ipairs(body.body) do rows[#rows + 1] = row end
  end
  if FORMAT == 'docx' then return word_table(tbl, rows) end
  local columns, cells = {}, {}
  for index, spec in ipairs(tbl.colspecs) do columns[index] = string.format('%.2ffr', spec[2] * 100) end
  local empty = {}
  for _, row in ipairs(rows) do
    for _, cell in ipairs(row.cells) do
      cells[#cells + 1] = cell.contents
      if #cell.contents == 0 then empty[#empty + 1] = (#cells - 1) .. ', ' end
    end
  end
  return call('#scale(columns: (' .. table.concat(columns, ', ') .. ',), empty: (' .. table.concat(empty) .. '))', cells)
end

local function quote(value)
  return '"' .. value:gsub('\\', '\\\\'):gsub('"', '\\"') .. '"'
end

-- Typst wants the document's title and the footer's words as strings.
local function Meta(meta)
  for _, key in ipairs({ 'plain-title', 'footer' }) do
    if meta[key] and FORMAT == 'typst' then
      meta[key] = pandoc.MetaInlines({ raw(quote(pandoc.utils.stringify(meta[key]))) })
    end
  end
  return meta
end

return { { Meta = Meta, Span = Span }, { Table = Table }, { Div = Div } }
