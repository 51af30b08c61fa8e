/**
 * Keep-alive as Ollama's wire wants it: a JSON number of seconds at the top level of the body. A string without a unit ("-1") is
 * an error there, and inside `options` it is silently dropped.
 */

/** Ollama counts in 64-bit nanoseconds: more would overflow there. */
const longestSeconds = 9_000_000_000

/** What a model that should go at once is loaded with: on a load the number 0 would unload it instead. Ollama's own default. */
const untilFirstUseSeconds = 300

/** Whole seconds, because servers before 0.11.8 cut 0.5 to 0, which unloads. Negative: for ever. */
export function wireKeepAlive(seconds: number): number {
  return seconds < 0 ? -1 : Math.min(Math.ceil(seconds), longestSeconds)
}

/** For a load: 0 ("gone after the first use") must let the model live until that use. */
export function loadKeepAlive(seconds: number): number {
  return seconds === 0 ? untilFirstUseSeconds : wireKeepAlive(seconds)
}
