/** Where the studio's API listens and who signs in: what the caller passes in the environment. */

export const API_URL = given("API_URL");
export const PASSWORD = given("PASSWORD");
export const PEOPLE = {
  admin: given("ADMIN_EMAIL"),
  coordinator: given("COORDINATOR_EMAIL"),
  photographer: given("PHOTOGRAPHER_EMAIL"),
  editor: given("EDITOR_EMAIL"),
};

function given(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`${name} is not set.`);
  return value;
}
