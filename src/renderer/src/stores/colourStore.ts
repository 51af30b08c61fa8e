/** The colours chosen so far, kept on this page's own shelf so that a model looks the same tomorrow. */
import { useEffect } from 'react'
import { create } from 'zustand'
import { chooseColours, colourCount, colourVariable, onColourVariable, type ChosenColours } from '../lib/modelColour.ts'

const shelf = 'stoker.modelColours'

function remembered(): ChosenColours {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(shelf) ?? '{}')
    if (typeof value !== 'object' || value === null) return {}
    return Object.fromEntries(
      Object.entries(value).filter(([, colour]) => Number.isInteger(colour) && colour >= 0 && colour < colourCount)
    ) as ChosenColours
  } catch {
    return {}
  }
}

export const useColourStore = create<{ chosen: ChosenColours }>(() => ({ chosen: remembered() }))

/** Chooses colours for models shown side by side, where they have none yet. */
export function showInColour(keys: readonly string[]): void {
  const before = useColourStore.getState().chosen
  const chosen = chooseColours(before, keys)
  if (chosen === before) return
  useColourStore.setState({ chosen })
  try {
    localStorage.setItem(shelf, JSON.stringify(chosen))
  } catch {
    // A full or forbidden shelf costs only tomorrow's sameness.
  }
}

export interface ModelColour {
  /** A CSS colour that follows light and dark. */
  colour: string
  /** For words that stand on it. */
  onColour: string
}

export function colourOf(chosen: ChosenColours, key: string): ModelColour {
  const index = chosen[key] ?? chooseColours({}, [key])[key] ?? 0
  return { colour: colourVariable(index), onColour: onColourVariable(index) }
}

/** One model's colour. Whoever shows several side by side uses useModelColours, so that they differ. */
export function useModelColour(key: string): ModelColour {
  const chosen = useColourStore((state) => state.chosen)
  return colourOf(chosen, key)
}

/** Colours of models shown side by side, in that order. */
export function useModelColours(keys: readonly string[]): ModelColour[] {
  const chosen = useColourStore((state) => state.chosen)
  const list = keys.join('\n')
  useEffect(() => showInColour(list === '' ? [] : list.split('\n')), [list])
  return keys.map((key) => colourOf(chosen, key))
}
