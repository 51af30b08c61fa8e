/** What a host's form makes of what was typed. Pure. */
import type { Host, HostConfig } from '../../../../shared/model.ts'

export interface HostFields {
  name: string
  url: string
}

/** A sentence per field that is wrong. */
export function hostFieldProblems(fields: HostFields): Partial<Record<keyof HostFields, string>> {
  return {
    ...(fields.name.trim() === '' ? { name: 'A host needs a name.' } : {}),
    ...(addressOf(fields.url) === null ? { url: 'An address looks like 192.168.1.20:11434.' } : {})
  }
}

/** The address with its scheme; null where it is none. */
export function addressOf(text: string): string | null {
  const trimmed = text.trim()
  if (trimmed === '' || /\s/.test(trimmed)) return null
  const withScheme = /^[a-z]+:\/\//i.test(trimmed) ? trimmed : `http://${trimmed}`
  const parsed = parseUrl(withScheme)
  if (parsed === null || !/^https?:$/.test(parsed.protocol) || parsed.hostname === '') return null
  return withScheme.replace(/\/+$/, '')
}

function parseUrl(text: string): URL | null {
  try {
    return new URL(text)
  } catch {
    return null
  }
}

/** An id from the name, moved off the ones taken. */
export function newHostId(name: string, taken: readonly string[]): string {
  const base =
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 50)
      .replace(/-+$/, '') || 'host'
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? base : `${base}-${number}`
    if (!taken.includes(id)) return id
  }
}

/** Only called with fields that have no problem. */
export function hostConfigOf(fields: HostFields, edited: Host | null, takenIds: readonly string[]): HostConfig {
  return {
    id: edited?.id ?? newHostId(fields.name, takenIds),
    kind: edited?.kind ?? 'ollama',
    name: fields.name.trim(),
    url: addressOf(fields.url)
  }
}
