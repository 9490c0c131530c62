/** The value that is checked of the radio buttons by one name. */
export const chosen = (form: HTMLFormElement, name: string): string => String(new FormData(form).get(name))

/** Checks the one with this value. */
export function choose(form: HTMLFormElement, name: string, value: string): void {
  const group = form.elements.namedItem(name)
  if (group instanceof RadioNodeList && group.value !== value) group.value = value
}
