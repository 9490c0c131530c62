import { webgl } from '@proj/backend-gpu'

try {
  await webgl()
} catch (error) {
  console.log((error as Error).name)
}
