-- Charts: DOCX takes the PNG that the tree names, typst and HTML the SVG beside it, each with its text alternative.
-- The files lie in pandoc's working folder: figure-1.svg, figure-1.page.svg (ids made unique), figure-1.json.

local function read(name)
  local file = assert(io.open(name, 'rb'))
  local content = file:read('a')
  file:close()
  return content
end

local function escape(value)
  return (value:gsub('&', '&amp;'):gsub('<', '&lt;'):gsub('>', '&gt;'):gsub('"', '&quot;'))
end

local function quote(value)
  return '"' .. value:gsub('\\', '\\\\'):gsub('"', '\\"') .. '"'
end

local function Figure(figure)
  local image
  figure:walk({ Image = function(found) image = found end })
  local name = image.src:gsub('%.png$', '')
  local alternative = pandoc.utils.stringify(image.caption)
  if FORMAT == 'typst' then
    local caption = {}
    for index, inline in ipairs(figure.caption.long[1].content) do
      caption[index] = inline.t == 'RawInline' and inline.text:match('^#(.*);$') or quote(pandoc.utils.stringify(inline))
    end
    return pandoc.RawBlock('typst', '#memo-figure(\n  bytes(' .. quote(read(name .. '.svg')) .. '),\n  alt: '
      .. quote(alternative) .. ',\n  width: ' .. image.attributes.width .. ',\n  caption: ' .. table.concat(caption, ' + ') .. ',\n) <'
      .. figure.identifier .. '>')
  elseif FORMAT == 'html5' then
    figure.content = { pandoc.RawBlock('html', table.concat({
      '<div class="chart-static" role="img" aria-label="' .. escape(alternative) .. '">' .. read(name .. '.page.svg') .. '</div>',
      '<div class="chart-live" role="img" aria-label="' .. escape(alternative) .. '" hidden></div>',
      '<script type="application/json">' .. read(name .. '.json') .. '</script>',
    }, '\n')) }
    return figure
  end
end

return { Figure = Figure }
