/** Which files make up which model: the parts of a split one belong together. Pure. */

export interface FoundFile {
  path: string
  /** Below the models folder, with slashes. */
  relativePath: string
  sizeBytes: number
  changedAtMs: number
}

export interface ModelFiles {
  name: string
  /** In the order of their numbers. */
  files: FoundFile[]
  missingParts: number
}

const partPattern = /^(.*)-(\d{5})-of-(\d{5})$/

export function groupModelFiles(files: readonly FoundFile[]): ModelFiles[] {
  const whole: ModelFiles[] = []
  const split = new Map<string, { name: string; total: number; parts: Map<number, FoundFile> }>()
  for (const file of files) {
    const stem = file.relativePath.replace(/\.gguf$/i, '')
    const [, base, number, total] = partPattern.exec(stem) ?? []
    if (base === undefined) {
      whole.push({ name: stem, files: [file], missingParts: 0 })
      continue
    }
    const key = `${base}\n${total}`
    const group = split.get(key) ?? { name: base, total: Number(total), parts: new Map<number, FoundFile>() }
    group.parts.set(Number(number), file)
    split.set(key, group)
  }
  const taken = new Set(whole.map((model) => model.name))
  const grouped = [...split.values()].map(({ name, total, parts }) => ({
    // Beside an unsplit file of the same name it keeps its number, so that each can be asked for.
    name: taken.has(name) ? `${name}-of-${total}` : name,
    files: [...parts].sort(([a], [b]) => a - b).map(([, file]) => file),
    missingParts: Math.max(0, total - parts.size)
  }))
  return [...whole, ...grouped].sort((a, b) => (a.name < b.name ? -1 : 1))
}
