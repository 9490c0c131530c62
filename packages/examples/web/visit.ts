import { type Browser, chromium, type Page } from 'playwright-core'
import { inject } from 'vitest'

interface Launch {
  readonly executablePath: string
  readonly args: string[]
  readonly env: Record<string, string>
}

declare module 'vitest' {
  export interface ProvidedContext {
    readonly chromium: Launch
  }
}

/** Takes WebGL away, software rendering included. */
const noWebgl = ['--disable-gpu', '--disable-software-rasterizer']
const isForWebgl = (flag: string) => /gl=|angle|swiftshader/.test(flag)

/** Starts the Chromium that was found for the suite. */
export function launch({ webgl = true } = {}): Promise<Browser> {
  const { args, ...found } = inject('chromium')
  const flags = webgl ? args : [...args.filter((flag) => !isForWebgl(flag)), ...noWebgl]
  return chromium.launch({ ...found, args: flags, headless: true })
}

/** A page as a visitor has it, with everything it complained about. */
export class Visit {
  readonly page: Page
  /** Errors and warnings of the page, of its worker and of the browser about them: violations of the policy are among them. */
  readonly complaints: string[] = []

  private constructor(page: Page) {
    this.page = page
    page.on('pageerror', (error) => this.complaints.push(String(error)))
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.complaints.push(message.text())
    })
  }

  static async at(
    browser: Browser,
    url: string,
    prepare: (page: Page) => Promise<unknown> = async () => {},
  ): Promise<Visit> {
    const visit = new Visit(await browser.newPage({ viewport: { width: 1280, height: 900 } }))
    await prepare(visit.page)
    visit.page.setDefaultTimeout(10_000)
    await visit.page.goto(url)
    return visit
  }

  async text(selector: string): Promise<string> {
    return (await this.page.locator(selector).textContent()) ?? ''
  }

  /** The number that an element shows. */
  async number(selector: string): Promise<number> {
    return Number(await this.page.locator(`${selector} data, data${selector}`).getAttribute('value'))
  }

  /** Presses the button of this name. */
  press(name: string): Promise<void> {
    return this.page.getByRole('button', { name, exact: true }).click()
  }

  /** Waits until the section is in one of these states, or has failed, and says which. */
  async state(section: 'gradients' | 'training', ...states: string[]): Promise<string> {
    const selectors = [...states, 'failed'].map((state) => `#${section}[data-state=${state}]`)
    const found = await this.page.waitForSelector(selectors.join(), { timeout: 45_000 })
    return String(await found.getAttribute('data-state'))
  }

  async step(): Promise<number> {
    return Number(await this.page.locator('#training').getAttribute('data-step'))
  }

  /** For each digit of a row, how much ink it has: 0 to 1. */
  ink(row: 'input' | 'tied' | 'untied'): Promise<number[]> {
    return this.page.locator(`#digits-${row}`).evaluate((canvas: HTMLCanvasElement) => {
      const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true })!
      copy.drawImage(canvas, 0, 0)
      const { data } = copy.getImageData(0, 0, canvas.width, canvas.height)
      const ink = Array<number>(10).fill(0)
      for (let i = 0; i < data.length / 4; i++)
        ink[Math.floor((i % canvas.width) / 28)]! += data[4 * i + 3]! / (255 * 28 * 28)
      return ink
    })
  }
}
