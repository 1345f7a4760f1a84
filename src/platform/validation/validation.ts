/** The only validation pipe: converts plain input into request classes, refuses unknown fields, repeats no value. */
import { ValidationPipe, type ArgumentMetadata, type ValidationError } from '@nestjs/common';
import { AppError, type FieldFault } from '../errors/app-error.js';

const MAX_FAULTS = 50;
const MAX_NAME_LENGTH = 100;

export class RequestValidationPipe extends ValidationPipe {
  constructor() {
    super({
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      transform: true,
      exceptionFactory: (errors) => invalid(errors.flatMap((error) => faultsOf(error, ''))),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const isWholeBody = metadata.type === 'body' && metadata.data === undefined;
    if (isWholeBody && value !== undefined && !isObject(value)) {
      throw invalid([{ field: '', message: 'must be a JSON object' }]);
    }
    return (await super.transform(value, metadata)) as unknown;
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(errors: FieldFault[]): AppError {
  return new AppError('validation_failed', {
    detail: 'One or more fields are not valid.',
    errors: errors.slice(0, MAX_FAULTS),
  });
}

function faultsOf({ property, constraints = {}, children = [] }: ValidationError, parent: string): FieldFault[] {
  const field = pathOf(property, parent);
  const own = Object.entries(constraints).map(([rule, message]) => ({
    field,
    message: messageOf(rule, message, property),
  }));
  return [...own, ...children.flatMap((child) => faultsOf(child, field))];
}

function pathOf(property: string, parent: string): string {
  const name = property.slice(0, MAX_NAME_LENGTH);
  if (parent === '') return name;
  return /^\d+$/.test(name) ? `${parent}[${name}]` : `${parent}.${name}`;
}

/** The library's messages begin with the property's name, which `field` already contains. */
function messageOf(rule: string, message: string, property: string): string {
  if (rule === 'whitelistValidation') return 'is not a known field';
  return message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;
}
