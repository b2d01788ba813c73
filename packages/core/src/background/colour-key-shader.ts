/** One triangle that covers the canvas: no buffer is needed. */
export const VERTEX_SHADER = `#version 300 es
void main() { gl_Position = vec4(vec2(gl_VertexID & 1, gl_VertexID >> 1) * 4. - 1., 0, 1); }`;

/**
 * Colours are from 0 to 1, chroma is Cb and Cr of BT.601. `rule`: the key, and whether the plain threshold counts instead;
 * inner radius, outer radius, spill.
 *
 * `amount` is how much of the key's colour is in the pixel. A pixel of an edge is `alpha * figure + (1 - alpha) * screen`,
 * so taking that amount of the key away leaves `alpha * figure`: the colour that a premultiplied canvas wants, also where
 * the screen is brighter or darker than the key. What is more green than the key counts as the key.
 */
export const FRAGMENT_SHADER = `#version 300 es
precision highp float;
uniform sampler2D frame;
uniform vec4 rule[2];
out vec4 result;
vec2 chroma(vec3 c) {
  return vec2(dot(c, vec3(-.168736, -.331264, .5)), dot(c, vec3(.5, -.418688, -.081312)));
}
void main() {
  ivec2 at = ivec2(gl_FragCoord);
  vec3 c = texelFetch(frame, ivec2(at.x, textureSize(frame, 0).y - 1 - at.y), 0).rgb, key = rule[0].rgb;
  vec2 k = chroma(key), p = chroma(c);
  float amount = max(0., dot(p, k) / dot(k, k));
  float alpha = clamp((distance(p / max(1., amount), k) - rule[1].r) / (rule[1].g - rule[1].r), 0., 1.);
  result = vec4(clamp(c - rule[1].b * amount * key, 0., alpha), alpha);
  if (rule[0].a > 0.) {
    c = floor(c * 255. + .5);
    result = c.g > 90. && c.r < 90. && c.b < 90. ? vec4(0) : vec4(c / 255., 1);
  }
}`;
