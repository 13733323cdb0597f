/** Freezes a value with everything in it; maps, which `Object.freeze` leaves open, refuse their changing methods too. */
export function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  if (value instanceof Map) {
    for (const [key, inner] of value) {
      deepFreeze(key);
      deepFreeze(inner);
    }
    for (const method of ['set', 'delete', 'clear']) Object.defineProperty(value, method, { value: refuse });
  }
  Object.freeze(value);
  for (const inner of Object.values(value)) deepFreeze(inner);
  return value;
}

function refuse(): never {
  throw new TypeError('the configuration is frozen');
}
