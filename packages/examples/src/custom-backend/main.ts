import { getBackend, setBackend } from '@proj/autodiff'
import { main as shareWeights } from '../sharing/main.ts'
import { views } from './views.ts'

/** Runs the example `sharing`, unchanged, on a backend that no package of ours knows. */
export async function main(print: (text: string) => void = console.log): Promise<void> {
  const before = getBackend()
  await setBackend(views())
  try {
    print(`On the backend '${getBackend().name}':\n`)
    shareWeights(print)
  } finally {
    await setBackend(before)
  }
}
