SELECT
  s.o,
  0 AS side,
  s.r,
  CASE WHEN s.w THEN 1 ELSE 0 END AS sure,
  CASE WHEN s.h THEN 'pass' WHEN NOT s.h THEN 'fail' ELSE 'unknown' END AS word
FROM (
  SELECT
    t.o,
    t.r,
    CASE WHEN t.c2 IS NULL THEN NULL ELSE NOT (
      j0.v IS NULL
    ) END AS w,
    (
      CASE WHEN t.c0 IS NULL THEN NULL ELSE NOT (
        j1.v IS NULL
      ) END
    )
    AND (
      NOT (
        CASE WHEN t.c1 IS NULL THEN NULL ELSE NOT (
          j2.v IS NULL
        ) END
      )
    ) AS h
  FROM t0 AS t
  INNER JOIN p AS p
    ON p.o = t.o
  LEFT JOIN l0 AS j0
    ON j0.o = t.o AND j0.v = t.c2
  LEFT JOIN l0 AS j1
    ON j1.o = t.o AND j1.v = t.c0
  LEFT JOIN l0 AS j2
    ON j2.o = t.o AND j2.v = t.c1
  WHERE
    NOT EXISTS(
      SELECT
        1
      FROM lost AS x
      WHERE
        x.t = 0 AND x.o = t.o AND x.r = t.r AND x.c IN ((
            -1
        ), 0, 1, 2)
    )
) AS s
WHERE
  (
    s.w OR s.w IS NULL
  )
