/** One step of one item: its prompt is written, made to fit, asked as often as the step allows, and its answer checked. */
import type { Step } from '../../../shared/chain.ts'
import { abortedError, StokerError, toErrorInfo, type ErrorInfo } from '../../../shared/errors.ts'
import type { GenerateResult } from '../../../shared/model.ts'
import type { StepTexts } from '../../../shared/run.ts'
import type { Clock } from '../../lib/clock.ts'
import { checkAnswer, cutNote } from './answerFormat.ts'
import type { FitPrompt, TokenCount } from '../prompt/fitPrompt.ts'
import type { StepSetup } from '../outlook/outlook.ts'
import type { LostQuestions } from './lostQuestions.ts'
import { createPromptFitter, type PromptFitter } from './promptFitter.ts'
import type { ManagedModels, RunModels } from './runModels.ts'
import { isUnreachable, lacksRoom, mayAskAgain } from './stepErrors.ts'
import type { FilledPrompt } from './stepPrompt.ts'
import { lettersOf, newStepTexts } from './stepTexts.ts'
import type { WaitForHost } from './waitForHost.ts'
import { estimateTokens } from '../prompt/tokenEstimate.ts'
import { truncationNote } from '../prompt/truncation.ts'

export interface StepWish {
  step: Step
  item: number
  setup: StepSetup
  isFallback: boolean
  /** Throws where a template leads nowhere. */
  write: () => FilledPrompt
  /** Ends the question: the run is cancelled, or Stoker ends. */
  signal: AbortSignal
  /** The answer so far, as it is shown to whoever looks. */
  live: StepTexts
  /** A piece of the answer; empty: it begins anew. */
  onText: (text: string) => void
  onMoved: () => void
}

/**
 * `failed`: for good, on this model; `isPrompts`: its prompt cannot even be written, and no model would do better. `lost`: its model was
 * taken away, or its host is, nobody knows the answer, and it is to be asked again once that is back.
 */
export type StepOutcome =
  /** `answerMs`: with its wait at the host, for the pace of the run. */
  | { kind: 'answered'; texts: StepTexts; answerMs: number }
  | { kind: 'failed'; texts: StepTexts; error: ErrorInfo; isPrompts: boolean }
  | { kind: 'lost'; error: ErrorInfo }

interface StepRunnerDeps {
  manager: Pick<ManagedModels, 'generate' | 'countTokens' | 'get'>
  models: Pick<RunModels, 'wish' | 'isReady' | 'takeLoadMs' | 'heldBytes'>
  fit: FitPrompt
  /** Of the host's server; null: unknown. */
  serverVersion: (hostId: string) => string | null
  /** Its host is away, and worth waiting for. */
  isAway: WaitForHost['isAway']
  lost: LostQuestions['lost']
  /** Who asks, for a fair order among runs at one host. */
  caller: string
  clock: Clock
}

export function createStepRunner(deps: StepRunnerDeps): (wish: StepWish) => Promise<StepOutcome> {
  const { manager, models, fit, clock } = deps

  async function countTokens(wish: StepWish, text: string): Promise<TokenCount> {
    const counted = await manager.countTokens(wish.setup.modelId, text, wish.signal)
    return counted === null ? { tokens: estimateTokens(text), isCounted: false } : { tokens: counted, isCounted: true }
  }

  /** Without anybody watching: the parts of a prompt that is summarised. */
  async function askAside({ setup, signal }: StepWish, prompt: string, maxTokens: number): Promise<string> {
    const options = { ...setup.options, maxTokens }
    const { text } = await manager.generate(setup.modelId, {
      ...models.wish(setup),
      prompt,
      options,
      caller: deps.caller,
      signal
    })
    return text
  }

  function fitterOf(wish: StepWish, written: FilledPrompt): PromptFitter {
    const { step, setup, signal, live } = wish
    return createPromptFitter({
      fit,
      step,
      written,
      maxTokens: setup.options.maxTokens ?? null,
      countTokens: (text) => countTokens(wish, text),
      ask: (prompt, most) => askAside(wish, prompt, most),
      onPart(words) {
        live.contextNote = words
        wish.onMoved()
      },
      signal,
      clock
    })
  }

  async function ask(
    wish: StepWish,
    written: FilledPrompt,
    fitTo: PromptFitter
  ): Promise<{ output: string; answerMs: number }> {
    const { step, setup, signal, live } = wish
    const { providerKind, contextLength } = manager.get(setup.modelId)
    const windowTokens = smallerOf(setup.windowTokens, contextLength)
    const maxTokens = setup.options.maxTokens ?? null
    const beganAt = clock.now()
    live.startedAt = beganAt
    live.text = ''
    wish.onText('')
    const { prompt: fitted, tookMs } = await fitTo(windowTokens)
    let askedAt = clock.now()
    live.prompt = fitted.text
    live.contextNote = fitted.note
    const answerTokens = smallerOf(maxTokens, maxTokens === null ? null : fitted.answerTokens)
    const result = await manager.generate(setup.modelId, {
      ...models.wish(setup),
      prompt: fitted.text,
      ...(written.system === '' ? {} : { system: written.system }),
      options: { ...setup.options, ...(answerTokens === null ? {} : { maxTokens: answerTokens }) },
      format: step.output,
      caller: deps.caller,
      signal,
      onTurn() {
        askedAt = clock.now()
      },
      onText(text) {
        live.text += text
        wish.onText(text)
      }
    })
    const durationMs = tookMs + Math.max(0, clock.now() - askedAt)
    const cut =
      providerKind === 'ollama'
        ? truncationNote({
            sentTokens: fitted.promptTokens,
            isCounted: fitted.isCounted,
            letters: fitted.text.length + written.system.length,
            readTokens: result.promptTokens,
            windowTokens: manager.get(setup.modelId).contextLength ?? windowTokens,
            serverVersion: deps.serverVersion(setup.modelId.hostId)
          })
        : null
    const notes = [fitted.note, cut, cutNote(result)].filter((note) => note !== null)
    // What was said so far stays to be seen, should its form be wrong.
    Object.assign(live, numbersOf(result), { text: result.text, durationMs, contextNote: notes.join('; ') || null })
    return { output: checkAnswer(result, step.output), answerMs: Math.max(0, clock.now() - beganAt) }
  }

  return async (wish) => {
    const { step, setup, signal, live, item } = wish
    Object.assign(live, newStepTexts(item, step.id, 'running'), { modelId: setup.modelId, isFallback: wish.isFallback })
    let written: FilledPrompt
    try {
      written = wish.write()
    } catch (thrown) {
      const error = toErrorInfo(thrown)
      if (error.code === 'storage_failed') throw thrown
      return failed(live, error, true)
    }
    live.system = written.system === '' ? null : written.system
    live.prompt = written.text
    const fitTo = fitterOf(wish, written)
    for (let attempt = 1; ; attempt++) {
      live.attempts = attempt
      wish.onMoved()
      try {
        const { output, answerMs } = await ask(wish, written, fitTo)
        Object.assign(live, { status: 'done', text: output, letters: lettersOf(output), error: null })
        live.loadMs = models.takeLoadMs(setup.modelId)
        live.heldBytes = models.heldBytes(setup.modelId)
        return { kind: 'answered', texts: { ...live }, answerMs }
      } catch (thrown) {
        if (signal.aborted) throw signal.reason instanceof StokerError ? signal.reason : abortedError()
        const error = toErrorInfo(thrown)
        if (error.code === 'storage_failed') throw thrown
        // Its model was unloaded meanwhile, or found no room again: nothing is wrong with the step.
        if ((error.code === 'aborted' || lacksRoom(error)) && !models.isReady(setup)) return { kind: 'lost', error }
        const fallback = wish.isFallback ? null : step.onError.fallbackModel
        if (deps.isAway(setup.modelId, fallback, error)) {
          const times = isUnreachable(error) ? deps.lost(live) : 0
          if (times < Math.max(mostLosses, 1 + step.onError.retries)) return { kind: 'lost', error }
          live.attempts = times
          return failed(live, lossError(error, times), false)
        }
        live.error = error
        if (attempt > step.onError.retries || !mayAskAgain(error)) return failed(live, error, false)
      }
    }
  }
}

/** A question that loses its server so often is not asked again, also where it may not be asked twice. */
const mostLosses = 2

function lossError({ code, message }: ErrorInfo, times: number): ErrorInfo {
  const words = `The server was lost ${times === 2 ? 'twice' : `${times} times`} while it answered this. ${message}`
  return { code, message: words, hint: 'It may be more than the server can take: shorten it, or choose another model.' }
}

function failed(live: StepTexts, error: ErrorInfo, isPrompts: boolean): StepOutcome {
  live.error = error
  return { kind: 'failed', texts: { ...live, status: 'failed', letters: lettersOf(live.text) }, error, isPrompts }
}

function numbersOf(
  result: GenerateResult
): Pick<StepTexts, 'promptTokens' | 'outputTokens' | 'firstTokenMs' | 'tokensPerSecond'> {
  const { promptTokens, outputTokens, firstTokenMs, tokensPerSecond } = result
  return { promptTokens, outputTokens, firstTokenMs, tokensPerSecond }
}

function smallerOf(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other
  return Math.min(one, other)
}
