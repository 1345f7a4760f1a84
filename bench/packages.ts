/** Imports a package of bench/package.json. The computed name lets the rest be type-checked without these packages. */
export function packageOf<T>(name: string): Promise<T> {
  return import(name) as Promise<T>;
}
