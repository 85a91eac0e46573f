-- Tables, lists, notes, headline numbers and what is set off: HTML gets scopes and a region that scrolls, typst and DOCX get three-line tables
-- with a repeated header row, rows that do not break, and the memo's own row marked.

local function escape(value)
  return (value:gsub('&', '&amp;'):gsub('<', '&lt;'):gsub('>', '&gt;'))
end

local function each_row(tbl)
  local rows = {}
  for _, body in ipairs(tbl.bodies) do
    for _, row in ipairs(body.body) do rows[#rows + 1] = row end
  end
  return rows
end

local function quote(value)
  return '"' .. value:gsub('\\', '\\\\'):gsub('"', '\\"') .. '"'
end

-- Inlines as typst code: strings, and the calls of cells.lua. (`pandoc.write` a text would take four times as long.)
local function typst_code(inlines)
  local parts, text = {}, {}
  local function flush()
    if #text > 0 then parts[#parts + 1] = quote(table.concat(text)) end
    text = {}
  end
  for _, inline in ipairs(inlines) do
    local kind = inline.t
    if kind == 'RawInline' then
      flush()
      parts[#parts + 1] = inline.text:match('^#(.*);$')
    else
      text[#text + 1] = kind == 'Str' and inline.text or kind == 'Space' and ' ' or pandoc.utils.stringify(inline)
    end
  end
  flush()
  return #parts > 0 and table.concat(parts, ' + ') or '""'
end

local function typst_cell(cell)
  return cell.contents[1] and typst_code(cell.contents[1].content) or '""'
end

local function typst_args(blocks)
  local args = {}
  for index, block in ipairs(blocks) do args[index] = typst_code(block.content) end
  return args
end

local function typst_row(row)
  local cells = {}
  for index, cell in ipairs(row.cells) do cells[index] = typst_cell(cell) end
  return '(' .. table.concat(cells, ', ') .. ',)'
end

local alignment = { AlignLeft = 'left', AlignRight = 'right', AlignCenter = 'center', AlignDefault = 'left' }

local function typst_table(tbl)
  local columns, aligns, rows, picked = {}, {}, {}, 'none'
  for _, spec in ipairs(tbl.colspecs) do
    columns[#columns + 1] = string.format('%.2ffr', (spec[2] or 0.1) * 100)
    aligns[#aligns + 1] = alignment[spec[1]]
  end
  for index, row in ipairs(each_row(tbl)) do
    rows[index] = '    ' .. typst_row(row)
    if row.classes:includes('picked') then picked = tostring(index - 1) end
  end
  return pandoc.RawBlock('typst', table.concat({
    '#memo-table(',
    '  caption: ' .. typst_code(tbl.caption.long[1].content) .. ',',
    '  columns: (' .. table.concat(columns, ', ') .. ',),',
    '  aligns: (' .. table.concat(aligns, ', ') .. ',),',
    '  size: "' .. tbl.classes[1] .. '",',
    '  picked: ' .. picked .. ',',
    '  header: ' .. typst_row(tbl.head.rows[1]) .. ',',
    '  rows: (',
    table.concat(rows, ',\n') .. ',',
    '  ),',
    ') <' .. tbl.identifier .. '>',
  }, '\n'))
end

-- Runs of a cell as OOXML. Cells hold words, spaces and the content controls of cells.lua, nothing else.
local function word_runs(blocks)
  local parts, text = {}, {}
  local function flush()
    if #text > 0 then
      parts[#parts + 1] = '<w:r><w:t xml:space="preserve">' .. escape(table.concat(text)) .. '</w:t></w:r>'
      text = {}
    end
  end
  for _, block in ipairs(blocks) do
    for _, inline in ipairs(block.content) do
      local kind = inline.t
      if kind == 'RawInline' then
        flush()
        parts[#parts + 1] = inline.text
      else
        text[#text + 1] = kind == 'Str' and inline.text or kind == 'Space' and ' ' or pandoc.utils.stringify(inline)
      end
    end
  end
  flush()
  return table.concat(parts)
end

local function word_cell(cell, width, align, style, shade, keep)
  return '<w:tc><w:tcPr><w:tcW w:w="' .. width .. '" w:type="dxa"/>' .. shade .. '<w:vAlign w:val="center"/></w:tcPr>'
    .. '<w:p><w:pPr><w:pStyle w:val="' .. style .. '"/>' .. keep .. '<w:jc w:val="' .. align .. '"/></w:pPr>'
    .. word_runs(cell.contents) .. '</w:p></w:tc>'
end

local PAGE = 8844 -- 156 mm in twentieths of a point

local function word_table(tbl)
  local widths, aligns, grid = {}, {}, {}
  for index, spec in ipairs(tbl.colspecs) do
    widths[index] = math.floor((spec[2] or 0.1) * PAGE + 0.5)
    aligns[index] = alignment[spec[1]]
    grid[index] = '<w:gridCol w:w="' .. widths[index] .. '"/>'
  end
  local size = ({ roomy = 'Roomy', close = 'Close', tight = 'Tight' })[tbl.classes[1]]
  local rows = each_row(tbl)
  local function row_xml(row, header, last)
    local picked = row.classes:includes('picked')
    local style = (header and 'TableHead' or picked and 'TablePicked' or 'TableText') .. size
    local shade = picked and '<w:shd w:val="clear" w:color="auto" w:fill="E3EDF6"/>' or ''
    local keep = (header or (tbl.attributes.whole == 'yes' and not last)) and '<w:keepNext/>' or ''
    local cells = {}
    for index, cell in ipairs(row.cells) do
      cells[index] = word_cell(cell, widths[index], aligns[index], style, shade, keep)
    end
    return '<w:tr><w:trPr>' .. (header and '<w:cnfStyle w:val="100000000000"/>' or '') .. '<w:cantSplit/>'
      .. (header and '<w:tblHeader/>' or '') .. '</w:trPr>' .. table.concat(cells) .. '</w:tr>'
  end
  local parts = { row_xml(tbl.head.rows[1], true, false) }
  for index, row in ipairs(rows) do parts[#parts + 1] = row_xml(row, false, index == #rows) end
  local caption = pandoc.utils.stringify(pandoc.Pandoc(tbl.caption.long):walk({
    RawInline = function(raw)
      local text = raw.text:match('<w:t [^>]*>(.*)</w:t>') or ''
      return pandoc.Str((text:gsub('&lt;', '<'):gsub('&gt;', '>'):gsub('&quot;', '"'):gsub('&amp;', '&')))
    end,
  }).blocks)
  return {
    pandoc.Div(tbl.caption.long, pandoc.Attr('', {}, { ['custom-style'] = 'Table Caption' })),
    pandoc.RawBlock('openxml', '<w:tbl><w:tblPr><w:tblStyle w:val="Table"/><w:tblW w:w="' .. PAGE .. '" w:type="dxa"/>'
      .. '<w:jc w:val="center"/><w:tblLayout w:type="fixed"/>'
      .. '<w:tblLook w:val="04A0" w:firstRow="1" w:lastRow="0" w:firstColumn="1" w:lastColumn="0" w:noHBand="0" w:noVBand="1"/>'
      .. '<w:tblCaption w:val="' .. escape(caption):gsub('"', '&quot;') .. '"/></w:tblPr>'
      .. '<w:tblGrid>' .. table.concat(grid) .. '</w:tblGrid>' .. table.concat(parts) .. '</w:tbl>'),
  }
end

local function Table(tbl)
  if FORMAT == 'typst' then return typst_table(tbl) end
  if FORMAT == 'docx' then return word_table(tbl) end
  tbl.attributes.whole = nil
  for _, spec in ipairs(tbl.colspecs) do spec[2] = nil end -- a browser knows the width of its text
  return tbl
end

local function OrderedList(list)
  if FORMAT ~= 'typst' then return nil end
  local items = {}
  for index, item in ipairs(list.content) do items[index] = typst_code(item[1].content) end
  return pandoc.RawBlock('typst', '#memo-items(\n  ' .. table.concat(items, ',\n  ') .. ',\n)')
end

-- Headline numbers: a grid in typst, a table without lines in DOCX; HTML has its list.
local function key_figures(div)
  local items = div.content[1].content
  if FORMAT == 'typst' then
    local figures = {}
    for index, item in ipairs(items) do figures[index] = '(' .. table.concat(typst_args(item), ', ') .. ',)' end
    return pandoc.RawBlock('typst', '#memo-key-figures(\n  ' .. table.concat(figures, ',\n  ') .. ',\n)')
  end
  local width, grid, cells = math.floor(PAGE / #items), {}, {}
  for index, item in ipairs(items) do
    local lines = {}
    for place, block in ipairs(item) do
      local style = ({ 'KeyValue', 'KeyLabel', 'KeyNote' })[place]
      lines[place] = '<w:p><w:pPr><w:pStyle w:val="' .. style .. '"/></w:pPr>' .. word_runs({ block }) .. '</w:p>'
    end
    grid[index] = '<w:gridCol w:w="' .. width .. '"/>'
    cells[index] = '<w:tc><w:tcPr><w:tcW w:w="' .. width .. '" w:type="dxa"/></w:tcPr>' .. table.concat(lines) .. '</w:tc>'
  end
  return pandoc.RawBlock('openxml', '<w:tbl><w:tblPr><w:tblW w:w="' .. PAGE .. '" w:type="dxa"/><w:tblBorders><w:top w:val="single" w:sz="9" w:space="0" w:color="000000"/>'
    .. '<w:bottom w:val="single" w:sz="9" w:space="0" w:color="000000"/></w:tblBorders><w:tblLayout w:type="fixed"/>'
    .. '<w:tblCellMar><w:top w:w="80" w:type="dxa"/><w:left w:w="0" w:type="dxa"/><w:bottom w:w="80" w:type="dxa"/>'
    .. '<w:right w:w="100" w:type="dxa"/></w:tblCellMar><w:tblLook w:val="0000" w:firstRow="0" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
    .. '</w:tblPr><w:tblGrid>' .. table.concat(grid) .. '</w:tblGrid><w:tr><w:trPr><w:cantSplit/></w:trPr>'
    .. table.concat(cells) .. '</w:tr></w:tbl>')
end

-- A quotation, or a signed paragraph: its text, and below it whose it is.
local function set_off(div, kind, text)
  if FORMAT == 'typst' then
    local foot = text[2] and typst_code(text[2].content[1].content) or 'none'
    return pandoc.RawBlock('typst', '#memo-' .. kind .. '(' .. typst_code(text[1].content) .. ', foot: ' .. foot .. ')')
  elseif FORMAT == 'docx' then
    if text[2] then text[2].attributes['custom-style'] = kind == 'quote' and 'Quote Source' or 'Signed' end
    return text
  end
  return div
end

local function Div(div)
  if div.classes:includes('key-figures') then
    return FORMAT ~= 'html5' and key_figures(div) or nil
  elseif div.classes:includes('quote') then
    if FORMAT ~= 'docx' then return set_off(div, 'quote', div.content[1].content) end
    set_off(div, 'quote', div.content[1].content)
    return div.content
  elseif div.classes:includes('remark') then
    return set_off(div, 'remark', div.content)
  elseif div.classes:includes('small-list') then
    if FORMAT == 'docx' then -- the style of an item goes before that of a group around the list
      return div.content:map(function(list)
        for index, item in ipairs(list.content) do
          local paragraph = pandoc.Para(item[1].content)
          list.content[index] = { pandoc.Div({ paragraph }, pandoc.Attr('', {}, { ['custom-style'] = 'Small List' })) }
        end
        return list
      end)
    elseif FORMAT == 'typst' then
      local parts = pandoc.Blocks({ pandoc.RawBlock('typst', '#memo-small[') })
      parts:extend(div.content)
      parts:insert(pandoc.RawBlock('typst', ']'))
      return parts
    end
  elseif div.classes:includes('notes') then
    if FORMAT == 'docx' then
      div.attributes['custom-style'] = 'Table Note'
      return div
    elseif FORMAT == 'typst' then
      return pandoc.RawBlock('typst', '#memo-notes(\n  ' .. table.concat(typst_args(div.content), ',\n  ') .. ',\n)')
    end
  elseif div.classes:includes('exhibit') then
    local whole = div.attributes.whole == 'yes'
    div.attributes.whole = nil
    if FORMAT == 'docx' then return div.content end
    if FORMAT ~= 'typst' then
      if whole then div.classes:insert('whole') end
      return div
    end
    local parts = pandoc.Blocks({ pandoc.RawBlock('typst', '#exhibit(whole: ' .. tostring(whole) .. ')[') })
    parts:extend(div.content)
    parts:insert(pandoc.RawBlock('typst', ']'))
    return parts
  elseif div.classes:includes('table') then
    if FORMAT ~= 'html5' then return div.content end
    local label = div.attributes.label
    return pandoc.Div(div.content, pandoc.Attr('', { 'table' }, { { 'role', 'region' }, { 'aria-label', label }, { 'tabindex', '0' } }))
  elseif div.classes:includes('chart-data') then
    local title = pandoc.utils.stringify(div.attributes.title)
    local open = '<details class="chart-data"><summary>' .. escape(title) .. '</summary><div class="table" tabindex="0">'
    local parts = pandoc.Blocks({ pandoc.RawBlock('html', open) })
    parts:extend(div.content)
    parts:insert(pandoc.RawBlock('html', '</div></details>'))
    return parts
  end
end

return { Table = Table, OrderedList = OrderedList, Div = Div }
