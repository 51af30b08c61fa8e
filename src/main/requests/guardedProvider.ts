/** A provider whose every call goes through its host's pipeline; what a host cannot do stays absent. */
import type { Provider } from '../providers/provider.ts'
import type { CallContext } from './callContext.ts'
import { guardAnswers } from './guardedAnswers.ts'
import { guardCalls } from './guardedCalls.ts'

export function guardProvider(context: CallContext, provider: Provider, dispose: () => void): Provider {
  const calls = guardCalls(context, provider)
  const { setKeepAlive, pull, copy, remove, createSample, heal, isLoading, countTokens } = bound(provider)
  return {
    kind: provider.kind,
    capabilities: provider.capabilities,
    keepsTime: provider.keepsTime,
    loadsWhenAsked: provider.loadsWhenAsked,
    answersAtOnce: provider.answersAtOnce,

    // The watch's own questions: they are the probe, and are asked again anyway.
    health: (signal) => provider.health(signal),
    list: (signal) => provider.list(signal),
    listLoaded: (signal) => provider.listLoaded(signal),
    ...(isLoading && { isLoading }),
    // Takes no answer's turn, and says nothing of how its host is.
    ...(countTokens && { countTokens }),

    inspect: (name, signal) => calls.repeatable('inspect', signal, () => provider.inspect(name, signal)),
    describeNeed: (name, signal) => calls.repeatable('describeNeed', signal, () => provider.describeNeed(name, signal)),
    unload: (name, limitMs, signal) => calls.repeatable('unload', signal, () => provider.unload(name, limitMs, signal)),
    load: calls.load,
    generate: guardAnswers(context, provider),

    ...(setKeepAlive && {
      setKeepAlive: (name, seconds, signal) =>
        calls.repeatable('setKeepAlive', signal, () => setKeepAlive(name, seconds, signal))
    }),
    ...(pull && { pull: calls.pull(pull) }),
    ...(copy && { copy: (name, newName, signal) => calls.once('copy', signal, () => copy(name, newName, signal)) }),
    ...(remove && { remove: (name, signal) => calls.once('remove', signal, () => remove(name, signal)) }),
    // Files on this machine: no server is asked.
    ...(createSample && { createSample }),
    ...(heal && { heal }),

    onLost: (listener) => provider.onLost(listener),
    async dispose() {
      dispose()
      await provider.dispose()
    }
  }
}

function bound(provider: Provider) {
  return {
    setKeepAlive: provider.setKeepAlive?.bind(provider),
    pull: provider.pull?.bind(provider),
    copy: provider.copy?.bind(provider),
    remove: provider.remove?.bind(provider),
    createSample: provider.createSample?.bind(provider),
    heal: provider.heal?.bind(provider),
    isLoading: provider.isLoading?.bind(provider),
    countTokens: provider.countTokens?.bind(provider)
  }
}
