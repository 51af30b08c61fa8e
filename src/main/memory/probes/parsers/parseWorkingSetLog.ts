/** What a Mac lets its GPU hold, as llama.cpp writes it into Ollama's log whenever it starts. */

/**
 * The newest line wins. Its MB are decimal ones (10^6): older engines meant 2^20, and read this way they promise a little too little
 * instead of too much. Some systems print a decimal comma.
 */
export function parseWorkingSetLog(text: string): number | null {
  const lines = /recommendedMaxWorkingSetSize += (\d{1,9})[.,](\d{2}) MB\s*$/gm
  let bytes: number | null = null
  for (const [, whole, hundredths] of text.matchAll(lines))
    bytes = Number(whole) * 1_000_000 + Number(hundredths) * 10_000
  return bytes === 0 ? null : bytes
}
