/** The hosts to begin with, from the settings file and the environment. */
import type { HostConfig } from '../../shared/model.ts'
import { defaultHosts } from './registry.ts'

/** Environment over file over default: OLLAMA_HOST, where it makes sense, decides the address of the host it names (`heldId`). */
export function configuredHosts(
  saved: HostConfig[] | null,
  environment: Record<string, string | undefined>,
  onProblem: (problem: string) => void
): { hosts: HostConfig[]; heldId: string | null } {
  let isHeld = Boolean(environment['OLLAMA_HOST'])
  const defaults = defaultHosts(environment, (problem) => {
    isHeld = false
    onProblem(problem)
  })
  const held = isHeld ? defaults.find(({ kind }) => kind === 'ollama') : undefined
  const heldId = held?.id ?? null
  if (saved === null) return { hosts: defaults, heldId }
  const others = saved.map((host) => (held && host.id === held.id ? { ...held, name: host.name } : host))
  return { hosts: [...defaults.filter(({ kind }) => kind === 'llamacpp'), ...others], heldId }
}
