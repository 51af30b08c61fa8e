/** The host of aliases on the wire; said in shared/modelsFile.ts, whose validators stay out of the page. */
export const aliasHostId = 'alias'
