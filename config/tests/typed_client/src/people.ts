/** Signing in, staying signed in, leaving; and what the app asks at every start. */

import type { TokenPair } from "../generated/schema.js";
import { answered, clientOf, refused, same, type Api } from "./api.js";
import { PASSWORD } from "./environment.js";

export interface Person {
  readonly id: number;
  readonly api: Api;
  readonly tokens: TokenPair;
}

export async function signIn(email: string): Promise<Person> {
  return holding(
    await answered(clientOf().POST("/api/v1/auth/login", { body: { email, password: PASSWORD } })),
  );
}

export async function isRefusedWithAWrongPassword(email: string): Promise<void> {
  const body = { email, password: `not ${PASSWORD}` };
  await refused(clientOf().POST("/api/v1/auth/login", { body }), 401, "INVALID_CREDENTIALS");
}

/** Exchange the refresh token; the successor works, and is another one. */
export async function refresh(person: Person): Promise<Person> {
  const renewed = holding(
    await answered(
      clientOf().POST("/api/v1/auth/refresh", {
        body: { refresh_token: person.tokens.refresh_token },
      }),
    ),
  );
  same("a rotated token", renewed.tokens.refresh_token === person.tokens.refresh_token, false);
  same("who it is", (await answered(renewed.api.GET("/api/v1/users/me"))).id, person.id);
  return renewed;
}

/** Leave; from then on neither token is worth anything. */
export async function signOut(person: Person): Promise<void> {
  const body = { refresh_token: person.tokens.refresh_token };
  await answered(person.api.POST("/api/v1/auth/logout", { body }));
  await refused(person.api.GET("/api/v1/users/me"), 401, "TOKEN_INVALID");
  await refused(clientOf().POST("/api/v1/auth/refresh", { body }), 401, "TOKEN_INVALID");
}

/** Ask what the app asks before it shows its first page to the desk. */
export async function openTheApp(desk: Person): Promise<void> {
  const [me, rights, clients, team, figures] = await Promise.all([
    answered(desk.api.GET("/api/v1/users/me")),
    answered(desk.api.GET("/api/v1/users/me/permissions")),
    answered(desk.api.GET("/api/v1/clients", { params: { query: { active_only: true } } })),
    answered(
      desk.api.GET("/api/v1/users/with-roles", {
        params: { query: { active_only: true, role: "photographer" } },
      }),
    ),
    answered(desk.api.GET("/api/v1/dashboard/stats")),
  ]);
  same("who signed in", me.id, desk.id);
  same("the same rights, either way", [...me.permissions].sort(), [...rights].sort());
  same("a page of clients", clients.total >= clients.items.length, true);
  const roles = team.items.map((one) => one.roles.map((role) => role.name));
  same("photographers only", roles.every((names) => names.includes("photographer")), true);
  const counted = figures.sessions_by_status.reduce((sum, { count }) => sum + count, 0);
  same("figures that agree", figures.sessions_this_month, counted);
  await refused(desk.api.GET("/api/v1/roles"), 403, "PERMISSION_DENIED");
}

/** Look at the roles of the studio, as an admin's app does. */
export async function readTheRoles(admin: Person): Promise<void> {
  const { items } = await answered(admin.api.GET("/api/v1/roles"));
  const names = items.map((role) => role.name);
  same("the built-in roles", ["admin", "editor"].every((name) => names.includes(name)), true);
}

function holding(tokens: TokenPair): Person {
  return { id: tokens.user.id, api: clientOf(tokens.access_token), tokens };
}
