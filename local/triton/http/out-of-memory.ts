/** No room for another model: SageMaker unloads one and tries again. */
export class OutOfMemory extends Error {
  override readonly name = 'OutOfMemory';
}
