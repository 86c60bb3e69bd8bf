SELECT
  s.o,
  0 AS side,
  s.r,
  CASE WHEN s.w THEN 1 ELSE 0 END AS sure,
  CASE
    WHEN (
      s.a IS NULL OR s.b IS NULL
    )
    THEN 'unknown'
    WHEN s.b < s.a
    THEN 'fail'
    WHEN DATE_DIFF('MICROSECOND', s.a, s.b) <= s.m
    THEN 'pass'
    ELSE 'fail'
  END AS word
FROM (
  SELECT
    t.o,
    t.r,
    TRUE AS w,
    CAST(t.c6 AS TIMESTAMP) AS a,
    CAST(t.c5 AS TIMESTAMP) AS b,
    p.most AS m
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
        ), 5, 6)
    )
) AS s
WHERE
  (
    s.w OR s.w IS NULL
  )
