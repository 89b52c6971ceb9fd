const lengthMax = 300;

/** A message of ONNX Runtime's, fit to be shown: without paths of the machine that it ran on, on one line, and not endless. */
export const withoutHostPaths = (message: string): string =>
  message
    .replaceAll(/(?:\/[\w.+@-]+){2,}(?::\d+)?/g, '…')
    .replaceAll(/\s+/g, ' ')
    .slice(0, lengthMax)
    .trim();
