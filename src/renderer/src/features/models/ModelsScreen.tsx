/** The first screen: what is loaded, what is on disk. */
import { useModelStore } from '../../stores/modelStore.ts'

export function ModelsScreen() {
  const count = useModelStore((mirror) => mirror.keys.length)
  return <h1>Models: {count}</h1>
}
