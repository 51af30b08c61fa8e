/** The settings of chains and their runs. */
import { choice, fraction, whole } from './settingKinds.ts'

export const chainSettings = {
  runsTogether: choice({
    choices: ['queue', 'share'],
    default: 'queue',
    label: 'Two runs at once',
    help: 'The second waits for the first (and goes on while that one waits for a host), or both go on and take turns with the models that do not fit together.',
    group: 'Chains'
  }),
  itemsAtOnce: whole({
    default: 1,
    min: 1,
    max: 16,
    unit: 'items',
    label: 'Items at once',
    help: 'How many items of a batch are asked side by side, as far as their host answers so many at once.',
    group: 'Chains'
  }),
  runPatienceSeconds: whole({
    default: 300,
    min: 0,
    max: 86_400,
    unit: 's',
    label: 'Wait for a host, up to',
    help: 'A run waits so long for a host that does not answer, or for memory that other programs use, before its steps end as they say for errors.',
    group: 'Chains'
  }),
  unloadAfterUse: choice({
    choices: ['on', 'off'],
    default: 'on',
    label: 'Unload after use',
    help: 'A run unloads a model that no later step needs. What you keep loaded stays. Each run may say otherwise.',
    group: 'Chains'
  }),
  localTemperature: fraction({
    default: 0.3,
    min: 0,
    max: 5,
    unit: null,
    label: 'Temperature',
    help: 'Of steps on this machine, where neither step, chain nor model says otherwise. Higher is more varied.',
    group: 'Chains'
  }),
  localTopP: fraction({
    default: 0.9,
    min: 0,
    max: 1,
    unit: null,
    label: 'Top P',
    help: 'Of steps on this machine: only the likeliest tokens that make up this share are drawn from.',
    group: 'Chains'
  }),
  localTopK: whole({
    default: 40,
    min: 0,
    max: 100_000,
    unit: 'tokens',
    label: 'Top K',
    help: 'Of steps on this machine: only so many of the likeliest tokens are drawn from. 0 means all.',
    group: 'Chains'
  }),
  localRepeatPenalty: fraction({
    default: 1.1,
    min: 0,
    max: 5,
    unit: null,
    label: 'Repeat penalty',
    help: 'Of steps on this machine. 1 means none.',
    group: 'Chains'
  }),
  localNewTokens: whole({
    default: 1_024,
    min: 1,
    max: 1_000_000,
    unit: 'tokens',
    label: 'New tokens',
    help: 'How long an answer of a step on this machine may be, where neither step, chain nor model says otherwise.',
    group: 'Chains'
  }),
  localMaxTokens: whole({
    default: 2_048,
    min: 1,
    max: 1_000_000,
    unit: 'tokens',
    label: 'New tokens, at most',
    help: 'No step on this machine may ask for a longer answer.',
    group: 'Chains'
  }),
  localTokenLimit: whole({
    default: 0,
    min: 0,
    max: 16_777_216,
    unit: 'tokens',
    label: 'Context of a step',
    help: 'At most so many tokens for prompt and answer on this machine. 0 means by size: 4,096 for 7B, 32,768 for 72B.',
    group: 'Chains'
  })
} as const
