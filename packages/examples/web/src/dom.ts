/**
 * The element of this id.
 *
 * @throws {TypeError} when the page has none, or one of another class
 */
export function byId<E extends Element>(id: string, constructor: new () => E): E {
  const element = document.getElementById(id)
  if (element instanceof constructor) return element
  throw new TypeError(`byId: #${id} is ${element ?? 'missing'}, not ${constructor.name}; see index.html.`)
}

/** An element with attributes and children. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  element.append(...children)
  return element
}

/** The same for drawings. */
export function makeSvg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | number>> = {},
  ...children: (Node | string)[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value))
  element.append(...children)
  return element
}

/** A number as text for people, with the number itself for programs. */
export const data = (value: number, text: string): HTMLDataElement => make('data', { value: String(value) }, text)

/** Shows a text, or hides its place where there is none. */
export function showProblem(element: HTMLElement, problem: string | undefined): void {
  // An unchanged text set again would be read out again.
  if (element.textContent !== (problem ?? '')) element.textContent = problem ?? ''
  element.hidden = problem === undefined
}
