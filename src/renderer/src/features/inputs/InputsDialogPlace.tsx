/** Where the dialog for inputs comes up; its code is fetched when it is first opened. */
import { lazy, Suspense, useEffect, type ComponentType } from 'react'
import { notifyProblem } from '../../actions/notify.ts'
import { closeInputs, useInputsStore, type InputsRequest } from './inputsStore.ts'

function NotFetched() {
  useEffect(() => {
    closeInputs()
    notifyProblem('The inputs could not be shown', 'A part of the page could not be fetched. Reload it.')
  }, [])
  return null
}

async function fetchDialog(): Promise<{ default: ComponentType<{ request: InputsRequest }> }> {
  try {
    return { default: (await import('./InputsDialog.tsx')).InputsDialog }
  } catch {
    return { default: NotFetched }
  }
}

const InputsDialog = lazy(fetchDialog)

export function InputsDialogPlace() {
  const request = useInputsStore((store) => store.request)
  if (request === null) return null
  return (
    <Suspense fallback={null}>
      <InputsDialog key={request.chain.id} request={request} />
    </Suspense>
  )
}
