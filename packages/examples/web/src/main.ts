import { Client } from './channel.ts'
import { byId, showProblem } from './dom.ts'
import type { EngineService } from './engine.worker.ts'
import { GradientsPanel } from './gradientsPanel.ts'
import { readSettings } from './settings.ts'
import { TrainingPanel } from './trainingPanel.ts'

const { settings, problems } = readSettings(new URLSearchParams(location.search))
if (problems.length > 0) showProblem(byId('address-problem', HTMLElement), `In the address: ${problems.join(' ')}`)

// Everything is computed there, so that nothing here ever waits.
const worker = new Worker(new URL('./engine.worker.ts', import.meta.url), { type: 'module', name: 'engine' })
const engine = new Client<EngineService>(worker)
worker.addEventListener('error', (event) => {
  engine.fail(
    new Error(
      `engine: the worker has stopped (${event.message || 'its script could not be loaded'}); reload the page.`,
    ),
  )
})

new GradientsPanel(engine, settings)
new TrainingPanel(engine, settings)
