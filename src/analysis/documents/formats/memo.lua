-- The filter of memos. Every walk over a document takes time, so its parts share two: one down through the inlines, and
-- one up through the blocks. HTML has nothing to do in the first.

local here = pandoc.path.directory(PANDOC_SCRIPT_FILE)
local function part(name) return dofile(pandoc.path.join({ here, name })) end

local blocks = part('tables.lua')
blocks.Figure = part('figures.lua').Figure
return FORMAT == 'html5' and { blocks } or { part('cells.lua'), blocks }
