import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Chain } from '../../../../shared/chain.ts'
import { RequestError } from '../../host/requestError.ts'
import { useChainStore } from '../../stores/chainStore.ts'
import { useConnectionStore } from '../../stores/connectionStore.ts'

/** A core whose answers to saves come when the test says so. */
const core = vi.hoisted(() => ({
  saves: [] as { chain: Chain; basedOnSavedAt: number; answer(): void; fail(): void; refuse(): void }[],
  kept: null as { chain: Chain; savedAt: number } | null,
  now: 100
}))

vi.mock('../../host/client.ts', () => ({
  request: (route: string, input: { chain: Chain; basedOnSavedAt: number }) => {
    if (route !== 'chains.save') return Promise.resolve(core.kept)
    return new Promise((resolve, reject) =>
      core.saves.push({
        ...input,
        answer() {
          core.kept = { chain: input.chain, savedAt: ++core.now }
          resolve({ chain: { id: input.chain.id, savedAt: core.now } })
        },
        fail: () => reject(new Error('The connection broke.')),
        refuse: () => reject(new RequestError({ code: 'conflict', message: 'Saved meanwhile.', hint: null }))
      })
    )
  }
}))
vi.mock('../../actions/notify.ts', () => ({ notifyDone: () => undefined }))

const { followDocument, keepOurs, leaveDocument, openDraft, openSaved, saveNow, useChainSaving } =
  await import('./autosave.ts')
const { closeDocument, edit, useChainDocument } = await import('./chainDocument.ts')
const { findDraft, keepDraft } = await import('./chainDrafts.ts')
const { makeChain } = await import('./makeChain.ts')

const settled = () => vi.advanceTimersByTimeAsync(0)
const rename = (name: string): void => edit('rename', (chain) => ({ ...chain, name }))
const lastSave = () => core.saves.at(-1)!

/** As the core tells every window of a save. */
async function tellList(chain: Chain): Promise<void> {
  const summary = { id: chain.id, name: chain.name, savedAt: core.now }
  useChainStore.setState({
    isKnown: true,
    chains: [{ ...summary, description: '', stepCount: 0, models: [], lastRunAt: null }]
  })
  await settled()
}

/** Chrome's: only what drafts need. */
function createShelf(): Storage {
  const kept = new Map<string, string>()
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
    key: (index: number) => [...kept.keys()][index] ?? null,
    get length() {
      return kept.size
    }
  } as unknown as Storage
}

let chain: Chain

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  vi.stubGlobal('localStorage', createShelf())
  vi.stubGlobal('window', new EventTarget())
  useConnectionStore.setState({ connection: 'open' })
  core.saves = []
  closeDocument()
  chain = makeChain('Before')
  core.kept = { chain, savedAt: 100 }
  core.now = 100
  openSaved(chain, 100)
})

describe('the chain on the canvas', () => {
  it('is saved to its last letter where it is left while an earlier state is being saved', async () => {
    rename('One')
    void saveNow()
    rename('Two')
    leaveDocument()
    closeDocument()
    lastSave().answer()
    await settled()
    expect(core.saves.map((save) => save.chain.name)).toEqual(['One', 'Two'])
    expect(findDraft(chain.id)).toMatchObject({ chain: { name: 'Two' }, basedOn: 101 })
    lastSave().answer()
    await settled()
    expect(findDraft(chain.id)).toBeNull()
  })

  it('asks nothing where what the core has is its own save whose answer was lost with the core', async () => {
    const stop = followDocument()
    rename('One')
    void saveNow()
    const save = lastSave()
    core.kept = { chain: { ...save.chain }, savedAt: ++core.now }
    save.fail()
    await settled()
    rename('Two')
    await tellList(save.chain)
    expect(useChainSaving.getState().theirs).toBeNull()
    await vi.advanceTimersByTimeAsync(1)
    expect(lastSave().chain.name).toBe('Two')
    lastSave().answer()
    await settled()
    expect(useChainSaving.getState().state).toBe('saved')
    stop()
  })

  it('asks where another window saved something else meanwhile', async () => {
    const stop = followDocument()
    rename('Mine')
    core.kept = { chain: { ...chain, name: 'Theirs' }, savedAt: ++core.now }
    await tellList(core.kept.chain)
    expect(useChainSaving.getState().theirs?.name).toBe('Theirs')
    stop()
  })

  it('asks where another window saved in the same moment, and saves over that one only once it was said', async () => {
    const stop = followDocument()
    rename('Mine')
    void saveNow()
    expect(lastSave().basedOnSavedAt).toBe(100)
    core.kept = { chain: { ...chain, name: 'Theirs' }, savedAt: ++core.now }
    lastSave().refuse()
    await settled()
    expect(useChainSaving.getState()).toMatchObject({ theirs: { name: 'Theirs' }, state: 'waiting', failure: null })
    expect(useChainDocument.getState().chain?.name).toBe('Mine')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(core.saves).toHaveLength(1)
    keepOurs()
    expect(lastSave()).toMatchObject({ chain: { name: 'Mine' }, basedOnSavedAt: 101 })
    lastSave().answer()
    await settled()
    expect(useChainSaving.getState().state).toBe('saved')
    stop()
  })

  it('keeps what was refused after it was left, for the question when it is opened again', async () => {
    rename('Mine')
    leaveDocument()
    closeDocument()
    lastSave().refuse()
    await settled()
    expect(findDraft(chain.id)).toMatchObject({ chain: { name: 'Mine' }, basedOn: 100 })
    openSaved({ ...chain, name: 'Theirs' }, 101)
    expect(useChainSaving.getState().theirs?.name).toBe('Theirs')
  })

  it('sees what another window saved while its own save was under way', async () => {
    const stop = followDocument()
    rename('One')
    void saveNow()
    const save = lastSave()
    save.answer()
    core.kept = { chain: { ...chain, name: 'Theirs' }, savedAt: ++core.now }
    await tellList(core.kept.chain)
    await settled()
    expect(useChainDocument.getState().chain?.name).toBe('Theirs')
    stop()
  })

  it('takes changes from another window as one step of the history, however often that one saves', async () => {
    const stop = followDocument()
    rename('Mine')
    void saveNow()
    lastSave().answer()
    await settled()
    for (const name of ['T', 'Th', 'The']) {
      core.kept = { chain: { ...chain, name }, savedAt: ++core.now }
      await tellList(core.kept.chain)
    }
    const { history } = useChainDocument.getState()
    expect(history?.present.name).toBe('The')
    expect(history?.past.map(({ label }) => label)).toEqual(['rename', 'change from another window'])
    stop()
  })

  it('keeps a draft of one chain by what that one was made from, not by what is open since', async () => {
    rename('One')
    void saveNow()
    const save = lastSave()
    openSaved(makeChain('Other'), 555)
    save.fail()
    await settled()
    expect(findDraft(chain.id)?.basedOn).toBe(100)
  })

  it('is still to be saved where it was opened from its draft while the core is away', async () => {
    keepDraft({ chain, basedOn: 100 })
    openDraft({ chain, basedOn: 100 })
    await vi.advanceTimersByTimeAsync(1)
    lastSave().fail()
    await settled()
    expect(useChainSaving.getState().state).toBe('failed')
    expect(findDraft(chain.id)).toEqual({ chain, basedOn: 100 })
  })

  it('opens without a question where the draft says the same in another order of fields', () => {
    keepDraft({ chain: Object.fromEntries(Object.entries(chain).toReversed()) as Chain, basedOn: 7 })
    openSaved(chain, 100)
    expect(useChainSaving.getState().theirs).toBeNull()
    expect(findDraft(chain.id)).toBeNull()
  })
})
