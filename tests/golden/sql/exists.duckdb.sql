SELECT
  s.o,
  0 AS side,
  s.r,
  CASE WHEN s.w THEN 1 ELSE 0 END AS sure,
  'pass' AS word
FROM (
  SELECT
    t.o,
    t.r,
    t.c10
    AND (
      (
        CAST(t.c6 AS DATE) >= p.fy_start
      ) AND (
        CAST(t.c6 AS DATE) <= p.until
      )
    ) AS w
  FROM t0 AS t
  INNER JOIN p AS p
    ON p.o = t.o
  WHERE
    NOT EXISTS(
      SELECT
        1
      FROM lost AS x
      WHERE
        x.t = 0 AND x.o = t.o AND x.r = t.r AND x.c IN ((
            -1
        ), 6, 10)
    )
) AS s
WHERE
  (
    s.w OR s.w IS NULL
  )
