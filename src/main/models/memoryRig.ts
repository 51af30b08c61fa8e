/** A manager's rig on a machine with room for 10 GB: what a model holds once it is loaded is what it was predicted to need. */
import { sampleOf } from './fitRig.ts'
import { createManagerRig, id, you, type ManagerRig } from './managerRig.ts'

export const gigabyte = 1e9
const usual: Record<string, number> = { a: 4, b: 5, c: 6, big: 12 }

export interface MemoryRig extends ManagerRig {
  /** Ends whatever the provider was asked for, until nothing more is asked. */
  finishAll(turns?: number): Promise<void>
  /** "a ready, b unloaded, c unloaded, big unloaded" */
  states(): string
  /** `name` is loaded, and answers until the provider is told to finish. */
  loadAndAsk(name: string): Promise<{ answering: Promise<unknown> }>
}

/** `weights`: gigabytes by name. */
export async function createMemoryRig(weights = usual): Promise<MemoryRig> {
  const names = Object.keys(weights)
  const rig = await createManagerRig(names)
  rig.settings.maxLoadedModels = 8
  rig.machine.sample = sampleOf({ limitBytes: 12 * gigabyte, reserveBytes: 2 * gigabyte })
  for (const [name, gigabytes] of Object.entries(weights)) {
    rig.machine.needs.set(name, { weightsBytes: gigabytes * gigabyte - 2_048, bytesPerToken: 1 })
  }
  const load = rig.provider.load.bind(rig.provider)
  rig.provider.load = async (name, request, signal) => {
    const model = { ...(await load(name, request, signal)), heldBytes: (weights[name] ?? 0) * gigabyte }
    rig.provider.loaded.set(name, model)
    return model
  }
  return {
    ...rig,
    async finishAll(turns = 15) {
      for (let turn = 0; turn < turns; turn++) {
        await rig.settle()
        rig.provider.unloads[0]?.finish()
        rig.provider.loads[0]?.finish()
      }
    },
    states: () => names.map((name) => `${name} ${rig.state(name)}`).join(', '),
    async loadAndAsk(name) {
      await rig.load(name)
      const answering = rig.manager.generate(id(name), { ...you, prompt: 'hi' })
      await rig.settle()
      return { answering }
    }
  }
}
