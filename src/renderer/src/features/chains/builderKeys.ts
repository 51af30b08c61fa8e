/** Undo and redo wherever the keyboard is in the builder, and the system's own copy, cut and paste for steps. */
import { useEffect, type KeyboardEvent } from 'react'
import { notifyProblem } from '../../actions/notify.ts'
import { copySelected, deleteSelected, pasteSteps } from './builderDeeds.ts'
import { redoEdit, undoEdit } from './chainDocument.ts'

function isField(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, [contenteditable="true"]') !== null
}

/** Fields of the chain are undone with it; a field with a history of its own says so. */
function hasOwnUndo(target: EventTarget): boolean {
  return target instanceof Element && target.closest('[data-own-undo], [role="dialog"] form') !== null
}

export function onBuilderKey(event: KeyboardEvent): void {
  if (!(event.metaKey || event.ctrlKey) || event.altKey) return
  const key = event.key.toLowerCase()
  if ((key !== 'z' && key !== 'y') || hasOwnUndo(event.target)) return
  event.preventDefault()
  if (key === 'y' || event.shiftKey) redoEdit()
  else undoEdit()
}

function isTextChosen(): boolean {
  return (window.getSelection()?.toString() ?? '') !== ''
}

function isCanvas(event: ClipboardEvent): boolean {
  const { target } = event
  if (isField(target) || document.querySelector('[aria-modal="true"], dialog[open]') !== null) return false
  return target === document.body || (target instanceof Element && target.closest('#canvas') !== null)
}

function onCopy(event: ClipboardEvent): void {
  if (!isCanvas(event) || isTextChosen()) return
  const text = copySelected()
  if (text === null) return
  event.clipboardData?.setData('text/plain', text)
  event.preventDefault()
  if (event.type === 'cut') deleteSelected()
}

function onPaste(event: ClipboardEvent): void {
  if (!isCanvas(event)) return
  event.preventDefault()
  if (!pasteSteps(event.clipboardData?.getData('text/plain') ?? ''))
    notifyProblem('Nothing was pasted', 'The clipboard holds no steps. Copy steps of a chain first.')
}

export function useClipboard(): void {
  useEffect(() => {
    document.addEventListener('copy', onCopy)
    document.addEventListener('cut', onCopy)
    document.addEventListener('paste', onPaste)
    return () => {
      document.removeEventListener('copy', onCopy)
      document.removeEventListener('cut', onCopy)
      document.removeEventListener('paste', onPaste)
    }
  }, [])
}
