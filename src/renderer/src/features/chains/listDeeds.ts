/** What a person does to a whole chain, in the list or from the builder: duplicate, delete and have it back, import, take a sample. */
import { addSample, getChain, importChain, removeChain, saveChain } from '../../actions/chainActions.ts'
import { isConnectedFor, notifyProblem } from '../../actions/notify.ts'
import { offerUndo } from '../../actions/offerUndo.tsx'
import { failureWords } from '../../host/failureWords.ts'
import { formatBytes } from '../../lib/format.ts'
import { useChainStore } from '../../stores/chainStore.ts'
import { saveNow } from './autosave.ts'
import { useChainDocument } from './chainDocument.ts'
import { dropDraft } from './chainDrafts.ts'
import { freeName } from './makeChain.ts'
import { mintId } from './mintId.ts'
import { closeChain, openMade } from './openChain.ts'

/** More than the core takes in one request, and many times the largest chain. */
const mostFileBytes = 24_000_000

export async function deleteChain(chainId: string, name: string): Promise<boolean> {
  const chain = await removeChain(chainId, name)
  if (chain === null) return false
  dropDraft(chainId)
  offerUndo(chainId, name, () => saveChain(chain))
  return true
}

export async function deleteOpenChain(): Promise<void> {
  await saveNow()
  const { chain } = useChainDocument.getState()
  if (chain === null) return
  closeChain()
  await deleteChain(chain.id, chain.name)
}

function copyNameOf(name: string): string {
  const taken = new Set(useChainStore.getState().chains.map((each) => each.name))
  return freeName(`${name.slice(0, 110)} copy`, taken)
}

export async function duplicateChain(chainId: string, name: string): Promise<void> {
  const chain = await getChain(chainId, name)
  if (chain !== null) await saveChain({ ...chain, id: mintId(), name: copyNameOf(name) })
}

export async function duplicateOpenChain(): Promise<void> {
  await saveNow()
  const { chain } = useChainDocument.getState()
  if (chain === null) return
  const copy = { ...chain, id: mintId(), name: copyNameOf(chain.name) }
  if (await saveChain(copy)) await openMade(copy)
}

/** Asks for a file; what is wrong in it is said with its place. */
export function chooseImport(): void {
  const field = document.createElement('input')
  field.type = 'file'
  field.accept = '.json,application/json'
  field.onchange = () => {
    const file = field.files?.[0]
    if (file !== undefined) void importFile(file)
  }
  field.click()
}

export async function importFile(file: File): Promise<void> {
  const what = `${file.name} was not imported`
  if (!isConnectedFor(what)) return
  if (file.size > mostFileBytes)
    return notifyProblem(
      what,
      `It has ${formatBytes(file.size)}, and no chain has more than ${formatBytes(mostFileBytes)}. Choose a file that Stoker exported.`
    )
  try {
    await openMade(await importChain(await file.text()))
  } catch (thrown) {
    notifyProblem(what, failureWords(thrown))
  }
}

export async function takeSample(name: string, title: string): Promise<void> {
  const chain = await addSample(name, title)
  if (chain !== null) await openMade(chain)
}
