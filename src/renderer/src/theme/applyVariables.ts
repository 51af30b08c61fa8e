/** Hands Mantine's variables to the document as a style sheet object: the content policy allows no inline style elements. */
import { convertCssVariables, DEFAULT_THEME, mergeMantineTheme } from '@mantine/core'
import { resolveVariables, theme } from './theme.ts'

export function applyVariables(): void {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(convertCssVariables(resolveVariables(mergeMantineTheme(DEFAULT_THEME, theme)), ':root'))
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
}
