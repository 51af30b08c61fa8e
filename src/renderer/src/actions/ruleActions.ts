/** Everything a person can do to a rule of the schedule, with what is said when it fails. */
import type { ModelId } from '../../../shared/model.ts'
import type { Rule, WarmUpResult } from '../../../shared/schedule.ts'
import { request } from '../host/client.ts'
import { isConnectedFor, notifyDone, notifyFailure, notifyNoted } from './notify.ts'

/** Throws a RequestError: the editor shows it beside its fields. */
export async function saveRule(rule: Rule): Promise<void> {
  await request('warmup.save', { rule })
}

export async function setRuleEnabled(rule: Rule, isEnabled: boolean): Promise<void> {
  const what = `${rule.name} was not switched ${isEnabled ? 'on' : 'off'}`
  if (!isConnectedFor(what)) return
  try {
    await saveRule({ ...rule, isEnabled })
  } catch (thrown) {
    notifyFailure(what, thrown)
  }
}

export async function removeRule(rule: Rule): Promise<boolean> {
  const what = `${rule.name} was not deleted`
  if (!isConnectedFor(what)) return false
  try {
    await request('warmup.remove', { ruleId: rule.id })
    return true
  } catch (thrown) {
    notifyFailure(what, thrown)
    return false
  }
}

export async function restoreRule(rule: Rule): Promise<void> {
  const what = `${rule.name} was not put back`
  if (!isConnectedFor(what)) return
  try {
    await saveRule(rule)
  } catch (thrown) {
    notifyFailure(what, thrown)
  }
}

interface WarmUp {
  /** The rule's, or those chosen: "Office hours", "qwen3:8b". */
  name: string
  ruleId?: string
  ids?: ModelId[]
}

/** The words of what came of it are the caller's: they know how models are called. */
export async function warmUp({ name, ...asked }: WarmUp, wordsOf: (results: WarmUpResult[]) => string): Promise<void> {
  const what = `${name} was not warmed up`
  if (!isConnectedFor(what)) return
  try {
    const { results } = await request('warmup.runNow', asked)
    // Who cancelled it knows.
    if (results.some(({ error }) => error?.code === 'aborted')) return
    const isFine = results.every(({ outcome }) => outcome === 'ready' || outcome === 'warm')
    const words = `${name}: ${wordsOf(results)}.`
    if (isFine) notifyDone(words)
    else notifyNoted(words)
  } catch (thrown) {
    notifyFailure(what, thrown)
  }
}
