/**
 * Leaves parts of the page's libraries out of the build that a bundler cannot see to be unused, as they hang on what is used. One that is
 * used after all, or that a library no longer has, fails the build and is named.
 */
import type { Plugin } from 'vite'

/** What hangs on a component of Mantine, as in `Menu.Search = MenuSearch`. */
const unusedMembers: Record<string, readonly string[]> = {
  Tooltip: ['Floating', 'Group'],
  Menu: ['Search', 'CheckboxItem', 'CheckboxGroup', 'ContextMenu'],
  Checkbox: ['Group', 'Indicator', 'Card'],
  Switch: ['Group'],
  Combobox: ['Search', 'Footer', 'Header', 'EventsTarget', 'DropdownTarget'],
  Popover: ['ContextMenu'],
  Modal: ['Stack'],
  Drawer: ['Stack']
}
/** Recharts takes scales by name; those of the page's axes are "auto", which is one of these. */
const scales = ['scaleBand', 'scaleLinear', 'scalePoint']

const componentPath = /@mantine\/core\/esm\/components\/(\w+)\/\1\.mjs$/
const scalesPath = /victory-vendor\/es\/d3-scale\.js$/
const allMembers = Object.entries(unusedMembers).map(([name, members]) => `${name}\\.(?:${members.join('|')})`)
const useOfMember = new RegExp(`\\b(?:${allMembers.join('|')})\\b`)

export function leaveOutUnusedParts(): Plugin {
  /** By module id. */
  const uses = new Map<string, string>()
  return {
    name: 'leave-out-unused-parts',
    apply: 'build',
    transform(code, id) {
      const path = id.replaceAll('\\', '/')
      if (scalesPath.test(path)) return cut(code, 'export * from', `export { ${scales.join(', ')} } from`, path)
      const name = componentPath.exec(path)?.[1] ?? ''
      const lean = (unusedMembers[name] ?? []).reduce(
        (left, member) => cut(left, `${name}.${member} = ${name}${member};\n`, '', path),
        code
      )
      const use = useOfMember.exec(withoutNotes(lean))
      if (use) uses.set(id, use[0])
      return lean === code ? null : lean
    },
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue
        for (const [id, { renderedLength }] of Object.entries(chunk.modules)) {
          const use = uses.get(id)
          if (renderedLength > 0 && use) throw new Error(`${id} uses ${use}, which build/unusedParts.ts leaves out.`)
        }
      }
    }
  }
}

/** Paths of source maps name members too. */
function withoutNotes(code: string): string {
  return code.replace(/^\/\/#.*$/gm, '').replace(/^import .*$/gm, '')
}

function cut(code: string, from: string, to: string, path: string): string {
  if (!code.includes(from)) throw new Error(`${path} has no "${from.trim()}", which build/unusedParts.ts leaves out.`)
  return code.replace(from, to)
}
