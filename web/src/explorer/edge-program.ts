/**
 * Links as WebGL draws them: a line from the rim of one actor to the rim of the other, broken as its quad class is, with
 * an arrowhead; links that go both ways run beside each other.
 *
 * All that is measured here is in pixels of the screen, which are `2 * u_correctionRatio` of the graph's own units.
 */

import { EdgeProgram, type ProgramInfo } from "sigma/rendering";
import type { EdgeDisplayData, NodeDisplayData, RenderParams } from "sigma/types";
import { floatColor } from "sigma/utils";
import { DASHES, type Line } from "../palette";

export interface LinkData extends EdgeDisplayData {
  readonly quad: Line;
  readonly mutual: boolean;
}

const VERTEX = /* glsl */ `
attribute vec2 a_start;
attribute vec2 a_end;
attribute float a_size;
attribute vec2 a_radii;
attribute float a_mutual;
attribute float a_quad;
attribute vec4 a_color;
attribute vec4 a_id;
attribute vec3 a_corner; // along 0 or 1, side -1 or 1, and 0 for the line or 1 for the head

uniform mat3 u_matrix;
uniform float u_sizeRatio;
uniform float u_correctionRatio;
uniform float u_minEdgeThickness;

varying vec4 v_color;
varying float v_along;
varying float v_across;
varying float v_length;
varying float v_half;
varying float v_head;
varying float v_quad;

const float bias = 255.0 / 254.0;

void main() {
  float unit = 2.0 * u_correctionRatio;
  vec2 way = a_end - a_start;
  float distance = length(way);
  vec2 direction = distance > 0.0 ? way / distance : vec2(1.0, 0.0);
  vec2 normal = vec2(direction.y, -direction.x);
  float width = max(a_size / u_sizeRatio, u_minEdgeThickness);
  vec2 radii = a_radii / u_sizeRatio + vec2(0.5, 1.5);
  float run = max(distance / unit - radii.x - radii.y, 0.0);
  v_half = width / 2.0;
  v_head = min(5.0 + 2.0 * width, run * 0.6);
  // Two quads, so that few points are asked for their colour: a narrow one for the line, a wide one for the head.
  bool head = a_corner.z > 0.5;
  float reach = head ? v_head * 0.42 + 1.0 : v_half + 1.0;
  float shaft = run - v_head;
  float aside = a_mutual * (v_half + 1.5);
  v_length = run;
  v_along = head ? shaft + a_corner.x * v_head : a_corner.x * shaft;
  v_across = a_corner.y * reach;
  vec2 place = a_start + direction * unit * (radii.x + v_along) + normal * unit * (v_across + aside);
  gl_Position = vec4((u_matrix * vec3(place, 1.0)).xy, 0.0, 1.0);
  v_quad = a_quad;
  #ifdef PICKING_MODE
  v_color = a_id;
  #else
  v_color = a_color;
  #endif
  v_color.a *= bias;
}
`;

const dash = (quad: Line): string => DASHES[quad].map((length) => length.toFixed(1)).join(", ");

const FRAGMENT = /* glsl */ `
#ifdef GL_FRAGMENT_PRECISION_HIGH
precision highp float;
#else
precision mediump float;
#endif

varying vec4 v_color;
varying float v_along;
varying float v_across;
varying float v_length;
varying float v_half;
varying float v_head;
varying float v_quad;

float drawn(vec4 dash) {
  float place = mod(v_along, dash.x + dash.y + dash.z + dash.w);
  if (place < dash.x) return 1.0;
  if (place < dash.x + dash.y) return 0.0;
  return place < dash.x + dash.y + dash.z ? 1.0 : 0.0;
}

void main() {
  float left = v_length - v_along;
  float across = abs(v_across);
  #ifdef PICKING_MODE
  if (across > max(v_half, 4.0)) discard;
  gl_FragColor = v_color;
  #else
  float cover;
  if (left < v_head) {
    cover = 1.0 - smoothstep(-0.5, 0.5, across - 0.42 * left);
  } else {
    vec4 dash = v_quad < 0.5 ? vec4(${dash(0)}) : v_quad < 1.5 ? vec4(${dash(1)}) : v_quad < 2.5 ? vec4(${dash(2)}) : v_quad < 3.5 ? vec4(${dash(3)}) : vec4(${dash(4)});
    cover = (1.0 - smoothstep(-0.5, 0.5, across - v_half)) * drawn(dash);
  }
  if (cover <= 0.0) discard;
  gl_FragColor = v_color * cover;
  #endif
}
`;

const QUAD = [[0, 1], [0, -1], [1, 1], [1, 1], [0, -1], [1, -1]] as const;

const UNIFORMS = ["u_matrix", "u_sizeRatio", "u_correctionRatio", "u_minEdgeThickness"] as const;
type Uniform = (typeof UNIFORMS)[number];

export class LinkProgram extends EdgeProgram<Uniform> {
  override getDefinition() {
    const { FLOAT, UNSIGNED_BYTE, TRIANGLES } = WebGLRenderingContext;
    const numbers = (name: string, size: number) => ({ name, size, type: FLOAT });
    const bytes = (name: string) => ({ name, size: 4, type: UNSIGNED_BYTE, normalized: true });
    return {
      VERTICES: 12,
      VERTEX_SHADER_SOURCE: VERTEX,
      FRAGMENT_SHADER_SOURCE: FRAGMENT,
      METHOD: TRIANGLES,
      UNIFORMS,
      ATTRIBUTES: [
        ...[numbers("a_start", 2), numbers("a_end", 2), numbers("a_size", 1), numbers("a_radii", 2)],
        ...[numbers("a_mutual", 1), numbers("a_quad", 1), bytes("a_color"), bytes("a_id")],
      ],
      CONSTANT_ATTRIBUTES: [numbers("a_corner", 3)],
      CONSTANT_DATA: [0, 1].flatMap((part) => QUAD.map(([along, side]) => [along, side, part])),
    };
  }

  override processVisibleItem(id: number, at: number, source: NodeDisplayData, target: NodeDisplayData, data: EdgeDisplayData): void {
    const { quad, mutual } = data as LinkData;
    const values = this.array;
    values[at++] = source.x;
    values[at++] = source.y;
    values[at++] = target.x;
    values[at++] = target.y;
    values[at++] = data.size;
    values[at++] = source.size;
    values[at++] = target.size;
    values[at++] = mutual ? 1 : 0;
    values[at++] = quad;
    values[at++] = floatColor(data.color);
    values[at++] = id;
  }

  override setUniforms(params: RenderParams, { gl, uniformLocations }: ProgramInfo<Uniform>): void {
    gl.uniformMatrix3fv(uniformLocations.u_matrix, false, params.matrix);
    gl.uniform1f(uniformLocations.u_sizeRatio, params.sizeRatio);
    gl.uniform1f(uniformLocations.u_correctionRatio, params.correctionRatio);
    gl.uniform1f(uniformLocations.u_minEdgeThickness, params.minEdgeThickness);
  }
}
