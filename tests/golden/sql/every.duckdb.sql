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
    t.c2 = 'a' AS w,
    t.c10 AS h
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
        ), 2, 10)
    )
) AS s
WHERE
  (
    s.w OR s.w IS NULL
  )
