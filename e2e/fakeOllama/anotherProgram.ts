/** Another program on the same server: it loads, keeps and unloads by the same HTTP, without being counted among our requests. */

/** Marks its requests, so that the fake leaves them out of its list. */
export const anotherProgramHeader = 'x-another-program'

export interface AnotherProgram {
  /** `keepAlive` as it is written in JSON: 300, -1, "5m". Left out: the server decides. */
  load(name: string, wish?: { keepAlive?: number | string; contextLength?: number }): Promise<void>
  /** Tells a loaded model another time; one that is not loaded, or has another context length, is loaded anew by it. */
  setKeepAlive(name: string, keepAlive: number | string, contextLength?: number): Promise<void>
  unload(name: string): Promise<void>
  /** Resolves with the end of the answer. */
  ask(name: string, wish?: { prompt?: string; keepAlive?: number | string; contextLength?: number }): Promise<void>
}

export function createAnotherProgram(url: string): AnotherProgram {
  async function post(body: object): Promise<void> {
    const response = await fetch(`${url}/api/generate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [anotherProgramHeader]: '1' },
      body: JSON.stringify(body)
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`The fake answered another program ${response.status}: ${text}`)
  }
  const options = (contextLength: number | undefined): object =>
    contextLength === undefined ? {} : { options: { num_ctx: contextLength } }
  const kept = (keepAlive: number | string | undefined): object =>
    keepAlive === undefined ? {} : { keep_alive: keepAlive }

  return {
    load: (model, { keepAlive, contextLength } = {}) => post({ model, ...kept(keepAlive), ...options(contextLength) }),
    setKeepAlive: (model, keepAlive, contextLength) =>
      post({ model, keep_alive: keepAlive, ...options(contextLength) }),
    unload: (model) => post({ model, keep_alive: 0 }),
    ask: (model, { prompt = 'hi', keepAlive, contextLength } = {}) =>
      post({ model, prompt, stream: false, ...kept(keepAlive), ...options(contextLength) })
  }
}
