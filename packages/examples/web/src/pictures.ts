/** Width and height of a digit. */
const side = 28

/** Draws digits side by side in the colour of the canvas's text, on its ground. The canvas is one digit high. */
export function drawDigits(canvas: HTMLCanvasElement, values: Float32Array): void {
  const context = canvas.getContext('2d') as CanvasRenderingContext2D
  const { width, height } = canvas
  const image = context.createImageData(width, height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) image.data[4 * (y * width + x) + 3] = opacity(values[indexOf(x, y)])
  }
  context.putImageData(image, 0, 0)
  // Colours what is there; the style sheet knows which colour.
  context.globalCompositeOperation = 'source-in'
  context.fillStyle = getComputedStyle(canvas).color
  context.fillRect(0, 0, width, height)
}

/** Digit after digit, row after row. */
const indexOf = (x: number, y: number) => side * side * Math.floor(x / side) + side * y + (x % side)

/** Reconstructions overshoot, and an untrained one may hold anything. */
export const opacity = (value: number | undefined): number =>
  value !== undefined && value > 0 ? Math.round(255 * Math.min(value, 1)) : 0
