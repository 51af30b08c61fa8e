/** Everything a person can do to a saved chain, with what is said when it fails. The chain on the canvas is saved by its own autosave. */
import type { Chain } from '../../../shared/chain.ts'
import { request } from '../host/client.ts'
import { isConnectedFor, notifyFailure } from './notify.ts'
import { saveFile } from './saveFile.ts'

/** Runs one request; a failure is said, never thrown. */
async function attempt<Result>(what: string, work: () => Promise<Result>): Promise<Result | null> {
  if (!isConnectedFor(what)) return null
  try {
    return await work()
  } catch (thrown) {
    notifyFailure(what, thrown)
    return null
  }
}

export async function getChain(chainId: string, name: string): Promise<Chain | null> {
  const answer = await attempt(`${name} was not opened`, () => request('chains.get', { chainId }))
  return answer?.chain ?? null
}

/** Of a chain that is not on the canvas. */
export async function saveChain(chain: Chain): Promise<boolean> {
  return (await attempt(`${chain.name} was not saved`, () => request('chains.save', { chain }))) !== null
}

/** Throws a RequestError: what is wrong is shown where the name was given. */
export async function renameChain(chainId: string, name: string): Promise<void> {
  const { chain, savedAt } = await request('chains.get', { chainId })
  await request('chains.save', { chain: { ...chain, name }, basedOnSavedAt: savedAt })
}

/** The chain as it was, to have it back; null: it was not deleted. */
export async function removeChain(chainId: string, name: string): Promise<Chain | null> {
  const chain = await getChain(chainId, name)
  if (chain === null) return null
  return (await attempt(`${name} was not deleted`, () => request('chains.remove', { chainId }))) === null ? null : chain
}

export async function exportChain(chainId: string, name: string): Promise<void> {
  const answer = await attempt(`${name} was not exported`, () => request('chains.export', { chainId }))
  if (answer !== null) saveFile(answer.fileName, answer.text, 'application/json')
}

/** Throws a RequestError: what is wrong in the file is shown where it was chosen. */
export async function importChain(text: string): Promise<Chain> {
  return (await request('chains.import', { text })).chain
}

export async function addSample(name: string, title: string): Promise<Chain | null> {
  const answer = await attempt(`${title} was not added`, () => request('chains.addSample', { name }))
  return answer?.chain ?? null
}
