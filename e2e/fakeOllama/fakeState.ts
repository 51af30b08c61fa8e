/** What the routes share: the models on disk, the scheduler, downloads under way. */
import { createFakeModel, withTag, type FakeModel, type FakeModelSpec, type Generation } from './fakeModel.ts'
import { createFakeScheduler, type FakeScheduler } from './fakeScheduler.ts'

/** A model that can be pulled. */
export interface FakePull {
  layers: { bytes: number; digest?: string }[]
  /** Between two progress lines of a layer. */
  stepMs?: number
  /** Progress lines of a layer. */
  steps?: number
  /** Ends with this error once so many bytes have come. */
  failsAt?: { bytes: number; error: string }
  /** The model it becomes. */
  model?: FakeModelSpec
}

export interface FakeServerOptions {
  generation: Generation
  version: string
  maxLoadedModels: number
  memoryBytes: number | null
  maxQueue: number
  keepAliveMs: number
  defaultContext: number
  unloadMs: number
  /** Cuts every NDJSON line into pieces of so many bytes; null: lines stay whole. */
  splitBytes: number | null
  /** The server's time zone, which its times are written in. */
  offsetMinutes: number
  /** Without a network every pull fails. */
  isOffline: boolean
  /** Answers of one model side by side (OLLAMA_NUM_PARALLEL); the others wait inside its engine. */
  parallel: number
  library: Record<string, FakePull>
}

export interface FakeState {
  options: FakeServerOptions
  scheduler: FakeScheduler
  models: Map<string, FakeModel>
  /** Bytes of each layer that have come, kept when a pull is cancelled. */
  partials: Map<string, number>
  findModel(name: string): FakeModel | undefined
  addModel(name: string, spec: FakeModelSpec): FakeModel
  /** A new process over the same disk. */
  restart(): void
}

export function createFakeState(options: FakeServerOptions, onEvent: (event: string) => void): FakeState {
  const models = new Map<string, FakeModel>()
  return {
    options,
    scheduler: createFakeScheduler(options, onEvent),
    models,
    partials: new Map(),
    // Names are found whatever their case, and answered as they are written on disk.
    findModel: (name) => models.get(withTag(name).toLowerCase()),
    addModel(name, spec) {
      const model = createFakeModel(name, spec, Date.now())
      models.set(model.name.toLowerCase(), model)
      return model
    },
    restart() {
      this.scheduler.drop()
      this.scheduler = createFakeScheduler(options, onEvent)
    }
  }
}
