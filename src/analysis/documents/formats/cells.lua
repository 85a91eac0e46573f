-- Numbers keep the id of their cell in every format. In the tree a number is `[12.5]{cell=id}`;
-- HTML gets data-cell from pandoc itself, DOCX a content control, typst metadata that `typst query` reads back.

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

local function control(id, text)
  return '<w:sdt><w:sdtPr><w:tag w:val="' .. quote.xml(tag_of(id)) .. '"/>'
    .. '<w15:appearance xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml" w15:val="hidden"/>'
    .. '</w:sdtPr><w:sdtContent><w:r><w:t xml:space="preserve">' .. quote.xml(text)
    .. '</w:t></w:r></w:sdtContent></w:sdt>'
end

local function Span(span)
  local id = span.attributes.cell
  if not id then return nil end
  local text = pandoc.utils.stringify(span)
  if FORMAT == 'typst' then
    return pandoc.RawInline('typst', '#cell(' .. quote.typst(id) .. ', ' .. quote.typst(text) .. ');')
  elseif FORMAT == 'docx' then
    return pandoc.RawInline('openxml', control(id, text))
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

return { { Meta = Meta, Span = Span } }
