-- Numerals keep in every format what they are. In the tree a number is `[12.5]{cell=id}` and a typed numeral
-- `[2017]{data-role=year}`; HTML gets attributes from pandoc itself, DOCX content controls and character styles, typst
-- metadata with a running number, from which the map of the PDF is read.

local quote = {}

function quote.xml(value)
  return (value:gsub('&', '&amp;'):gsub('<', '&lt;'):gsub('>', '&gt;'):gsub('"', '&quot;'))
end

function quote.typst(value)
  return '"' .. value:gsub('\\', '\\\\'):gsub('"', '\\"') .. '"'
end

-- Word allows 64 characters in a tag; `check.tag_of` shortens a longer id in the same way.
local function tag_of(id)
  if #id <= 64 then return id end
  return id:sub(1, 47) .. '~' .. pandoc.utils.sha1(id):sub(1, 16)
end

local function word_run(text, style)
  local properties = style and '<w:rPr><w:rStyle w:val="' .. style .. '"/></w:rPr>' or ''
  return '<w:r>' .. properties .. '<w:t xml:space="preserve">' .. quote.xml(text) .. '</w:t></w:r>'
end

local function control(id, text)
  return '<w:sdt><w:sdtPr><w:tag w:val="' .. quote.xml(tag_of(id)) .. '"/>'
    .. '<w15:appearance xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml" w15:val="hidden"/>'
    .. '</w:sdtPr><w:sdtContent>' .. word_run(text) .. '</w:sdtContent></w:sdt>'
end

local function role_style(role)
  return 'Typed' .. role:sub(1, 1):upper() .. role:sub(2)
end

-- (`pandoc.utils.stringify` would take most of the time of a table.)
local function words(inlines)
  local text = {}
  for index, inline in ipairs(inlines) do
    local kind = inline.t
    text[index] = kind == 'Str' and inline.text or kind == 'Space' and ' ' or pandoc.utils.stringify(inline)
  end
  return table.concat(text)
end

local running = 0
local function numeral(kind, name, text)
  running = running + 1
  return '#' .. kind .. '(' .. running .. ', ' .. quote.typst(name) .. ', ' .. quote.typst(text) .. ');'
end

local function Span(span)
  local id, role = span.attributes.cell, span.attributes['data-role']
  if FORMAT == 'html5' or not (id or role) then return nil end
  local text = words(span.content)
  if FORMAT == 'typst' then
    return pandoc.RawInline('typst', id and numeral('cell', id, text) or numeral('typed', role, text)), false
  end
  return pandoc.RawInline('openxml', id and control(id, text) or word_run(text, role_style(role))), false
end

-- A field, for a link in a table that is written by hand has no relationship to name.
local function Link(link)
  local role, text = link.attributes['data-role'], words(link.content)
  if FORMAT == 'typst' then
    local shown = role and numeral('typed', role, text):match('^#(.*);$') or quote.typst(text)
    return pandoc.RawInline('typst', '#link(' .. quote.typst(link.target) .. ', ' .. shown .. ');'), false
  elseif FORMAT == 'docx' then
    local target = link.target:gsub('"', '%%22')
    return pandoc.RawInline('openxml', '<w:fldSimple w:instr="' .. quote.xml(' HYPERLINK "' .. target .. '" ') .. '">'
      .. word_run(text, 'Hyperlink') .. '</w:fldSimple>'), false
  end
end

-- Typst breaks a word only where a language allows it, and one that is wider than the line would leave the page.
local LONGEST = 32
local function Str(str)
  if FORMAT == 'typst' and #str.text > LONGEST and not str.text:find('[\228-\233][\128-\191]') then
    return pandoc.RawInline('typst', '#long(' .. quote.typst(str.text) .. ');')
  end
end

-- Typst wants its document's title and subject as strings, and XML wants them escaped.
local function Meta(meta)
  for _, key in ipairs({ 'plain-title', 'subject', 'synthetic', 'font-serif', 'font-sans' }) do
    if meta[key] and FORMAT == 'typst' then
      meta[key] = pandoc.MetaInlines({ pandoc.RawInline('typst', quote.typst(pandoc.utils.stringify(meta[key]))) })
    end
  end
  return meta
end

local function Image(image)
  return image, false -- an alternative text is no line that could be too long
end

return { traverse = 'topdown', Meta = Meta, Span = Span, Link = Link, Str = Str, Image = Image }
