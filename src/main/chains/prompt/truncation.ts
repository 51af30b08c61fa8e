/**
 * Whether a server cut a prompt without saying so, told from the tokens that it says it read. Only Ollama does that: until 0.24 to the
 * whole window, from 0.30 on to half of it and two or three. A low number alone is no proof: before 0.30 what it still had from the
 * last prompt was not counted. Pure.
 */
import { formatCount } from './promptCuts.ts'

export interface ReadPrompt {
  /** Of system and prompt, as fitPrompt counted or estimated them. */
  sentTokens: number
  isCounted: boolean
  /** Letters of system and prompt as sent. */
  letters: number
  /** What the server says that it read; null: nothing. */
  readTokens: number | null
  /** The model's context as its server tells it now, else as it was asked for; null: unknown. */
  windowTokens: number | null
  /** Of the server: "0.33.2"; null: unknown. */
  serverVersion: string | null
}

/** Estimates are on the high side, of tables and numbers by half: fewer than this share of them are missing tokens. */
const surelyFewer = { counted: 0.95, estimated: 0.6 }
/** No text that anybody writes has longer tokens on average. */
const mostLettersPerToken = 16
/** Seen above half of the window: 2 and 3; the whole window is met exactly. */
const aboveHalf = 6

/** "Ollama cut the prompt: it read 512 of about 3,000 tokens"; null: it did not, or nobody can tell. */
export function truncationNote(prompt: ReadPrompt, serverName = 'Ollama'): string | null {
  const { sentTokens, isCounted, readTokens } = prompt
  if (readTokens === null || readTokens <= 0) return null
  if (readTokens >= sentTokens * (isCounted ? surelyFewer.counted : surelyFewer.estimated)) return null
  if (!isWhereServersCut(prompt, readTokens) && !isImpossiblyFew(prompt, readTokens)) return null
  const about = isCounted ? '' : 'about '
  return `${serverName} cut the prompt: it read ${formatCount(readTokens)} of ${about}${formatCount(sentTokens)} tokens`
}

function isWhereServersCut({ windowTokens }: ReadPrompt, readTokens: number): boolean {
  if (windowTokens === null) return false
  const half = Math.floor(windowTokens / 2)
  const isWhole = readTokens >= windowTokens - 2 && readTokens <= windowTokens
  return isWhole || (readTokens >= half && readTokens <= half + aboveHalf)
}

/** Where what is remembered counts as well, nothing else explains it. */
function isImpossiblyFew({ letters, serverVersion }: ReadPrompt, readTokens: number): boolean {
  return countsRemembered(serverVersion) && readTokens * mostLettersPerToken < letters
}

/** From 0.30 on. A version of only zeros is a build that does not know its own. */
function countsRemembered(version: string | null): boolean {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version ?? '') ?? []
  return Number(major) > 0 || Number(minor) >= 30
}
