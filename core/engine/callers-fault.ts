/**
 * The parts of ONNX Runtime's messages that tell of the caller's input, and nothing of the host. Whatever else goes wrong in a model that
 * passed its validation is not the caller's doing.
 */
const patterns = [
  /Got invalid dimensions for input: .*?Expected: -?\d+/s,
  /Invalid rank for input: .*?Expected: \d+/s,
  /indices element out of data bounds, idx=-?\d+ must be within the inclusive range \[-?\d+,-?\d+\]/,
  /invalid index found, index = -?\d+/,
  /invalid indice found, indice = -?\d+/,
  /Out of range value in index tensor/,
];

/**
 * What ONNX Runtime says of a run that failed for its input, fit for the caller; undefined when something else was at fault.
 *
 * @param message ONNX Runtime's own, which may also name nodes of the model and files of the host
 */
export function callersFault(message: string): string | undefined {
  for (const pattern of patterns) {
    const [words] = pattern.exec(message) ?? [];
    if (words !== undefined) return words.replaceAll(/\s+/g, ' ').slice(0, 300);
  }
  return undefined;
}
