import type { ModelValidator } from '../../core/catalog/model-validator.ts';
import type { ValidationRequest, ValidationResult } from '../../core/catalog/validation.ts';

/** A sandbox that gives the verdict it is told to, and remembers what it was asked. */
export class FakeValidator implements ModelValidator {
  readonly asked: ValidationRequest[] = [];
  verdict: (request: ValidationRequest) => Promise<ValidationResult> = async () => ({ valid: true });

  async validate(request: ValidationRequest): Promise<ValidationResult> {
    this.asked.push(request);
    return this.verdict(request);
  }
}
