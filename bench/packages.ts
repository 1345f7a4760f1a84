/** A package of bench/package.json. Under a computed name, so that the rest is checked without those being installed. */
export function packageOf<T>(name: string): Promise<T> {
  return import(name) as Promise<T>;
}
