/** A batch that loses an item, or counts one twice, is a file nobody worked on, or a price paid twice. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { silentLogger } from '../lib/logger.ts'
import { openDatabase } from './database.ts'
import { createInputStore, type InputRow } from './inputStore.ts'

const id = 'input-1234'
const rowOf = (name: string, text: string, columns: Record<string, string> | null = null): InputRow => ({
  name,
  text,
  columns
})
function open(path = ':memory:', now = (): number => 1_000) {
  const { database } = openDatabase(path)
  return { database, store: createInputStore({ database, logger: silentLogger, now }) }
}

describe('a batch', () => {
  it('grows in pieces, and is there after a restart', () => {
    const directory = mkdtempSync(join(tmpdir(), 'stoker-inputs-'))
    const first = open(join(directory, 'stoker.db'))
    first.store.append(id, 'csv', [rowOf('row 1', 'a: 1', { a: '1' })], ['row 2 has 3 values instead of 1'], 3)
    first.store.append(id, 'csv', [rowOf('row 3', 'ä: é', { ä: 'é', __proto__: 'x' })], [], 2)
    first.database.close()
    const { database, store } = open(join(directory, 'stoker.db'))
    expect(store.get(id)).toEqual({
      id,
      kind: 'csv',
      itemCount: 2,
      bytes: 4 + 6,
      columns: ['a', 'ä'],
      preview: [
        { item: 0, name: 'row 1', preview: 'a: 1', letters: 4 },
        { item: 1, name: 'row 3', preview: 'ä: é', letters: 4 }
      ],
      problems: ['row 2 has 3 values instead of 1'],
      problemCount: 1
    })
    expect(store.readLines(id)).toBe(5)
    expect(store.meanLetters(id)).toBe(4)
    expect(store.row(id, 1)).toEqual(rowOf('row 3', 'ä: é', { ä: 'é' }))
    expect(store.row(id, 2)).toBeNull()
    expect(store.rows(id, 0, 10)).toHaveLength(2)
    database.close()
    rmSync(directory, { recursive: true })
  })

  it('keeps a column by any name, "__proto__" as well', () => {
    const { store } = open()
    const columns = JSON.parse('{"__proto__":"x","constructor":"y"}') as Record<string, string>
    expect(store.append(id, 'jsonl', [rowOf('line 1', '{}', columns)], []).columns).toEqual([
      '__proto__',
      'constructor'
    ])
    expect(Object.entries(store.row(id, 0)?.columns ?? {})).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y']
    ])
  })

  it('keeps every letter of a text: zeros, halves of nothing, a million of them', () => {
    const { store } = open()
    for (const text of ['a\0b', '', 'x'.repeat(1_000_000), '👍'.repeat(300)]) {
      const { itemCount, preview } = store.append(id, 'files', [rowOf('a.txt', text)], [])
      expect(store.row(id, itemCount - 1)?.text).toBe(text)
      for (const item of preview) expect(item.preview).not.toMatch(/[\uD800-\uDBFF]$/)
    }
  })

  it('whose lines all have other fields is refused: their names would be read and written anew with every piece', () => {
    const { store } = open()
    const wide = (from: number): InputRow[] =>
      Array.from({ length: 600 }, (_, at) => rowOf(`line ${at + 1}`, '{}', { [`k${from + at}`]: '1' }))
    store.append(id, 'jsonl', wide(0), [])
    expect(() => store.append(id, 'jsonl', wide(600), [])).toThrow(
      expect.objectContaining({
        code: 'invalid_input',
        message: 'A batch has at most 1,000 columns; with these it would have 1,200.'
      })
    )
    expect(store.get(id)?.itemCount).toBe(600)
  })

  it('of another kind, or with too many items, is refused, and nothing of it is added', () => {
    const { store } = open()
    store.append(id, 'lines', [rowOf('line 1', 'a')], [])
    expect(() => store.append(id, 'files', [rowOf('a.txt', 'b')], [])).toThrow(
      expect.objectContaining({ code: 'invalid_input', message: 'This batch is made of lines, not of files.' })
    )
    const many = Array.from({ length: 100_000 }, (_, at) => rowOf(`line ${at + 2}`, 'b'))
    expect(() => store.append(id, 'lines', many, [])).toThrow(/at most 100,000 items; with these it would have 100,001/)
    expect(store.get(id)?.itemCount).toBe(1)
    expect(store.append(id, 'lines', many.slice(1), []).itemCount).toBe(100_000)
  })

  it('tells the first problems, and how many more there are', () => {
    const { store } = open()
    store.append(
      id,
      'lines',
      [],
      Array.from({ length: 150 }, (_, at) => `a ${at}`)
    )
    const { problems, problemCount } = store.append(
      id,
      'lines',
      [],
      Array.from({ length: 150 }, (_, at) => `b ${at}`)
    )
    expect(problems).toHaveLength(200)
    expect(problems.at(-1)).toBe('b 49')
    expect(problemCount).toBe(300)
  })

  it('that a disk refuses says so', () => {
    const { database, store } = open()
    database.exec('PRAGMA query_only = ON')
    expect(() => store.append(id, 'lines', [rowOf('line 1', 'a')], [])).toThrow(
      expect.objectContaining({
        code: 'storage_failed',
        message: expect.stringMatching(/^The batch could not be saved: /)
      })
    )
  })

  const addRunOn = (database: DatabaseSync, inputId: string): void =>
    database.exec(
      `INSERT INTO runs (id, chain_id, input_id, input_words, item_count, plan_order, auto_unload, status, created_at, worked_ms, loads, chain, progress)
       VALUES ('run-00000001', 'c', '${inputId}', '', 1, 'fewest_loads', 1, 'done', 1, 0, 0, '{}', '{}')`
    )

  it('goes with its texts when it was given up, unless a run refers to it', () => {
    const { database, store } = open(':memory:')
    for (const one of ['input-left', 'input-used', 'input-else'])
      store.append(one, 'lines', [rowOf('line 1', 'a'), rowOf('line 2', 'b')], [])
    addRunOn(database, 'input-used')
    for (const one of ['input-left', 'input-used', 'input-gone']) store.remove(one)
    expect(['input-left', 'input-used', 'input-else'].map((one) => store.get(one)?.itemCount ?? null)).toEqual([
      null,
      2,
      2
    ])
    expect(database.prepare('SELECT count(*) AS count FROM input_texts').get()).toEqual({ count: 4 })
  })

  it('is swept when it is old and no run refers to it', () => {
    let now = 1_000
    const { database, store } = open(':memory:', () => now)
    store.append('input-old1', 'text', [rowOf('text', 'a')], [])
    store.append('input-used', 'text', [rowOf('text', 'a')], [])
    addRunOn(database, 'input-used')
    now = 5_000
    store.append('input-new1', 'text', [rowOf('text', 'a')], [])
    store.sweep(5_000)
    expect(['input-old1', 'input-used', 'input-new1'].map((one) => store.get(one)?.itemCount ?? null)).toEqual([
      null,
      1,
      1
    ])
    expect(database.prepare('SELECT count(*) AS count FROM input_texts').get()).toEqual({ count: 2 })
    // The same id may begin anew.
    expect(store.append('input-old1', 'lines', [rowOf('line 1', 'b')], []).itemCount).toBe(1)
  })
})
